//! The audit of a relay: is it whole, and who cancelled what?

use std::collections::BTreeMap;

use countermand_core_model::VendorCode;
use countermand_server::audit::{AuditSummary, BrokenAudit, Entry, read};
use serde::Serialize;

use super::{open, print_lines};
use crate::{
    args::VerifyArgs,
    exit::Exit,
    failure::{Failure, in_words},
    output::{Cell, Column, Record, print_rows, say},
};

/// A cancel of the audit.
#[derive(Clone, Debug, Serialize)]
struct Row {
    at: String,
    who: String,
    connection: String,
    device: String,
    command: Option<String>,
    approval: Option<String>,
    /// None: no answer was written down.
    answer: Option<&'static str>,
    /// Where a later reading showed the command, if one did.
    seen: Option<&'static str>,
    vendor_code: Option<VendorCode>,
    message: Option<String>,
    request_id: Option<String>,
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
    ];
    const COLUMNS: &'static [Column] = &[];

    fn values(&self) -> Vec<String> {
        let code = self.vendor_code.as_ref().map(ToString::to_string);
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        vec![
            self.at.clone(),
            self.who.clone(),
            self.connection.clone(),
            self.device.clone(),
            text(&self.command),
            text(&self.approval),
            self.answer.unwrap_or_default().to_owned(),
            self.seen.unwrap_or_default().to_owned(),
            code.unwrap_or_default(),
            text(&self.message),
            text(&self.request_id),
        ]
    }

    fn cells(&self) -> Vec<Cell> {
        Vec::new()
    }
}

/// Checks it.
pub(super) fn run(args: &VerifyArgs) -> Result<Exit, Failure> {
    let mut reader = read(open(&args.journal)?);
    let summary = match AuditSummary::of(&mut reader) {
        Ok(summary) => summary,
        Err(error) => return broken(args, &error),
    };
    let end = reader.end();
    let lines = lines(&summary, end.lines, end.torn);
    if args.output.is_table() {
        print_lines(&lines)?;
    } else {
        match rows(args)? {
            Ok(rows) => print_rows(args.output, &rows)?,
            Err(error) => return broken(args, &error),
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

fn broken(args: &VerifyArgs, error: &BrokenAudit) -> Result<Exit, Failure> {
    let (path, words) = (args.journal.display(), in_words(error));
    if let BrokenAudit::NotAnAudit | BrokenAudit::OtherVersion { .. } = error {
        return Err(Failure::usage(format!("{path} is no audit: {words}")));
    }
    if !args.output.is_table() {
        print_rows::<Row>(args.output, &[])?;
    }
    Err(Failure::before_sending(format!(
        "the audit {path} is broken: {words}"
    )))
}

/// Each cancel with what came back, in the order in which they were sent.
fn rows(args: &VerifyArgs) -> Result<Result<Vec<Row>, BrokenAudit>, Failure> {
    let mut rows: Vec<Row> = Vec::new();
    let mut places: BTreeMap<u64, usize> = BTreeMap::new();
    for entry in read(open(&args.journal)?) {
        let (at, entry) = match entry {
            Ok(entry) => entry,
            Err(error) => return Ok(Err(error)),
        };
        match entry {
            Entry::Sending {
                cancel,
                who,
                connection,
                device,
                command,
                approval,
            } => {
                places.insert(cancel, rows.len());
                rows.push(Row {
                    at: at.to_string(),
                    who,
                    connection,
                    device,
                    command,
                    approval,
                    answer: None,
                    seen: None,
                    vendor_code: None,
                    message: None,
                    request_id: None,
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
                if let Some(row) = places.get(&cancel).and_then(|place| rows.get_mut(*place)) {
                    row.answer = Some(answer.as_str());
                    row.vendor_code = vendor_code;
                    row.message = message;
                    row.request_id = request_id;
                }
            }
            Entry::Read { cancel, state, .. } => {
                if let Some(row) = places.get(&cancel).and_then(|place| rows.get_mut(*place)) {
                    row.seen = Some(state.as_str());
                }
            }
            _ => {}
        }
    }
    Ok(Ok(rows))
}

fn lines(summary: &AuditSummary, count: u64, torn: bool) -> Vec<(&'static str, String)> {
    let counted = |counts: &mut dyn Iterator<Item = (String, u64)>| {
        let counts: Vec<String> = counts
            .map(|(name, count)| format!("{count} {name}"))
            .collect();
        counts.join(", ")
    };
    let mut lines = Vec::new();
    let state = match summary.sealed {
        true => "whole; the relay ended in good order",
        false => "whole; the relay goes on, or did not end in good order",
    };
    lines.push(("audit", state.to_owned()));
    if torn {
        let torn = "half a line, whose writing was cut off; it counts for nothing";
        lines.push(("at its end", torn.to_owned()));
    }
    if let (Some(first), Some(last)) = (summary.first_at, summary.last_at) {
        lines.push(("time", format!("{first} to {last}")));
    }
    let answers = summary.answers.iter();
    let answers = counted(&mut answers.map(|(answer, count)| (answer.as_str().to_owned(), *count)));
    lines.push((
        "cancels",
        match answers.is_empty() {
            true => summary.cancels.to_string(),
            false => format!("{}: {answers}", summary.cancels),
        },
    ));
    if summary.without_answer > 0 {
        let waits = format!(
            "{} that were about to leave, without an answer",
            summary.without_answer
        );
        lines.push(("in doubt", waits));
    }
    if !summary.who.is_empty() {
        let who = summary.who.iter();
        let who = counted(&mut who.map(|(who, count)| (format!("by {who}"), *count)));
        lines.push(("who", who));
    }
    let events = summary.events.iter();
    let events = counted(&mut events.map(|(event, count)| ((*event).to_owned(), *count)));
    lines.push(("lines", format!("{count}: {events}")));
    lines
}
