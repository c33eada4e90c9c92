//! The audit log of a server: who cancelled what.

use std::collections::BTreeMap;

use countermand_client::ChainError;
use countermand_core_model::ProviderCode;
use countermand_server::audit::{AuditSummary, Entry, read};
use serde::Serialize;

use super::{
    audit_source::AuditSource,
    checkpoints::Checkpoints,
    file::{self, TORN, counted, print_summary, total},
};
use crate::{
    args::OutputArgs,
    exit::Exit,
    failure::Failure,
    output::{Cell, Column, Record, count as count_of, print_rows, say},
};

/// A cancel in the log.
#[derive(Clone, Debug, Default, Serialize)]
struct Row {
    at: String,
    who: String,
    connection: String,
    device: String,
    command: Option<String>,
    approval: Option<String>,
    /// The answer, if one was recorded.
    answer: Option<&'static str>,
    /// The state that a later reading showed, if there was one.
    seen: Option<&'static str>,
    vendor_code: Option<ProviderCode>,
    message: Option<String>,
    request_id: Option<String>,
    /// Which server sent it.
    server: Option<String>,
    /// From where whoever asked for it came.
    peer: Option<String>,
}

impl Record for Row {
    const FIELDS: &'static [&'static str] = &[
        "at",
        "who",
        "connection",
        "device",
        "command",
        "approval",
        "answer",
        "seen",
        "vendor_code",
        "message",
        "request_id",
        "server",
        "peer",
    ];
    const COLUMNS: &'static [Column] = &[];

    fn cells(&self) -> Vec<Cell> {
        Vec::new()
    }
}

/// What the file is called, with and without an article.
const NAMES: [&str; 2] = ["an audit log", "audit log"];

/// Checks the log, and prints its summary or its rows.
pub(super) fn run(
    source: &AuditSource,
    checkpoints: Checkpoints,
    output: OutputArgs,
) -> Result<Exit, Failure> {
    let mut reader = read(source.lines()?);
    let mut summary = AuditSummary::default();
    let mut checkpoints = checkpoints;
    let broken = |what: String| {
        if !output.is_table() {
            print_rows::<Row>(output, &[])?;
        }
        let what = format!("The audit log {source} is broken: {what}");
        Err(Failure::before_sending(what))
    };
    while let Some(next) = reader.next() {
        let (number, line) = match next {
            Ok(next) => next,
            Err(error) => return file::broken::<Row>(source, output, NAMES, &error),
        };
        if let Err(what) = checkpoints.take(number, &line, reader.end().last()) {
            return broken(what);
        }
        summary.take(line);
    }
    if let Err(error) = summary.end(reader.format()) {
        return file::broken::<Row>(source, output, NAMES, &error);
    }
    let end = reader.end();
    let removed = summary.removed.map_or(0, |(through, _)| through);
    let checked = match checkpoints.end(removed, end.lines) {
        Ok(checked) => checked,
        Err(what) => return broken(what),
    };
    let mut lines = lines(&summary, end.lines - removed, end.torn);
    lines.extend(checked);
    if output.is_table() {
        print_summary(&lines)?;
    } else {
        match rows(source)? {
            Ok(rows) => print_rows(output, &rows)?,
            Err(error) => return file::broken::<Row>(source, output, NAMES, &error),
        }
        for (name, value) in &lines {
            say(&format!("{name}: {value}"));
        }
    }
    Ok(match summary.sealed {
        true => Exit::AsAsked,
        false => Exit::NotCancelled,
    })
}

/// Returns each cancel with its answer, in the order in which they were sent.
fn rows(source: &AuditSource) -> Result<Result<Vec<Row>, ChainError>, Failure> {
    let mut rows: Vec<Row> = Vec::new();
    let mut places: BTreeMap<(Option<String>, u64), usize> = BTreeMap::new();
    for line in read(source.lines()?) {
        let line = match line {
            Ok((_, line)) => line,
            Err(error) => return Ok(Err(error)),
        };
        let (at, server) = (line.at, line.server);
        match line.entry {
            Entry::Sending {
                cancel,
                who,
                connection,
                device,
                command,
                approval,
            } => {
                places.insert((server.clone(), cancel), rows.len());
                rows.push(Row {
                    at: at.to_string(),
                    who,
                    connection,
                    device,
                    command,
                    approval,
                    server,
                    peer: line.peer,
                    ..Row::default()
                });
            }
            Entry::Answered {
                cancel,
                answer,
                vendor_code,
                message,
                request_id,
                ..
            } => {
                if let Some(row) = places
                    .get(&(server, cancel))
                    .and_then(|place| rows.get_mut(*place))
                {
                    row.answer = Some(answer.as_str());
                    row.vendor_code = vendor_code;
                    row.message = message;
                    row.request_id = request_id;
                }
            }
            Entry::Read { cancel, state, .. } => {
                if let Some(row) = places
                    .get(&(server, cancel))
                    .and_then(|place| rows.get_mut(*place))
                {
                    row.seen = Some(state.as_str());
                }
            }
            _ => {}
        }
    }
    Ok(Ok(rows))
}

/// Returns the summary as names and values.
fn lines(summary: &AuditSummary, count: u64, torn: bool) -> Vec<(&'static str, String)> {
    let mut lines = Vec::new();
    let state = match (summary.sealed, summary.servers.len()) {
        (true, 0..=1) => "intact; the server shut down cleanly",
        (true, _) => "intact; every server has ended",
        (false, 0..=1) => "intact; the server is running, or did not shut down cleanly",
        (false, _) => "intact; a server is running, or did not shut down cleanly",
    };
    lines.push(("audit", state.to_owned()));
    if let Some((through, at)) = summary.removed {
        let from = format!(
            "from line {}; earlier lines were removed at {at}",
            through + 1
        );
        lines.push(("first line", from));
    }
    if torn {
        lines.push((TORN.0, TORN.1.to_owned()));
    }
    if let (Some(first), Some(last)) = (summary.first_at, summary.last_at) {
        lines.push(("time", format!("{first} to {last}")));
    }
    let answers = summary.answers.iter();
    let answers = counted(answers.map(|(answer, count)| (answer.as_str(), count)));
    lines.push(("cancels", total(summary.cancels, &answers)));
    if !summary.runs.is_empty() {
        let runs = format!(
            "{} at the server; what they sent is in their journals (runs journal ID)",
            count_of(summary.runs.len(), "run")
        );
        lines.push(("runs", runs));
    }
    if summary.without_answer > 0 {
        let in_doubt = format!(
            "{} that may have been sent, without an answer",
            summary.without_answer
        );
        lines.push(("in doubt", in_doubt));
    }
    if !summary.who.is_empty() {
        let who = summary.who.iter();
        lines.push((
            "who",
            counted(who.map(|(who, count)| (format!("by {who}"), count))),
        ));
    }
    lines.push(("lines", total(count, &counted(&summary.events))));
    lines
}
