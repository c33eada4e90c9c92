//! The journal of a run.

use std::{fs::File, io::BufReader, path::Path};

use countermand_client::{
    CancelReport, ChainError, JournalReader, Summary, UnfinishedRun, read_journal,
};

use super::file::{self, TORN, counted, print_summary, total};
use crate::{
    args::OutputArgs,
    commands::{
        file_kind::{FileKind, refused},
        running::why_stopped,
    },
    exit::Exit,
    failure::Failure,
    output::{print_rows, say},
};

/// What the file is called, with and without an article.
const NAMES: [&str; 2] = ["a journal", "journal"];

fn broken(path: &Path, output: OutputArgs, error: &ChainError) -> Result<Exit, Failure> {
    match error.is_unrecognized() {
        true => Err(refused(path, FileKind::Journal, error)),
        false => file::broken::<CancelReport>(&path.display(), output, NAMES, error),
    }
}

/// Checks the journal, and prints its summary or its rows.
pub(super) fn run(path: &Path, output: OutputArgs) -> Result<Exit, Failure> {
    let mut reader = open(path)?;
    let summary = match Summary::of(&mut reader) {
        Ok(summary) => summary,
        Err(error) => return broken(path, output, &error),
    };
    let end = reader.end();
    let lines = lines(&summary, end.lines, end.torn);
    if output.is_table() {
        print_summary(&lines)?;
    } else {
        // Read again: a row needs more of a target than the summary does.
        match UnfinishedRun::replay(open(path)?) {
            Ok(journal) => print_rows(output, &journal.reports())?,
            Err(error) => return broken(path, output, &error),
        }
        for (name, value) in &lines {
            say(&format!("{name}: {value}"));
        }
    }
    Ok(if summary.sealed {
        Exit::AsAsked
    } else {
        Exit::NotCancelled
    })
}

fn open(path: &Path) -> Result<JournalReader<BufReader<File>>, Failure> {
    Ok(read_journal(file::open(path)?))
}

/// Returns the summary as names and values.
fn lines(summary: &Summary, count: u64, torn: bool) -> Vec<(&'static str, String)> {
    let mut lines = Vec::new();
    let state = match (summary.sealed, summary.planned) {
        (true, _) => "intact; the run is finished",
        (false, true) => "intact; the run is not finished",
        (false, false) => "intact; stopped before its plan was complete: nothing was sent",
    };
    lines.push(("journal", state.to_owned()));
    if torn {
        lines.push((TORN.0, TORN.1.to_owned()));
    }
    if let Some(header) = &summary.header {
        lines.push(("run", header.run.clone()));
        let connection = format!("{} {} {}", header.provider, header.base_url, header.org);
        lines.push(("connection", connection));
    }
    if let (Some(first), Some(last)) = (summary.first_at, summary.last_at) {
        lines.push(("time", format!("{first} to {last}")));
    }
    lines.push(("targets", total(summary.targets, &outcomes(summary))));
    if let Some((at, reason)) = &summary.stopped {
        lines.push(("stopped", format!("{}, {at}", why_stopped(reason))));
    }
    if summary.to_list > 0 {
        lines.push((
            "to be listed",
            crate::output::count(summary.to_list, "device"),
        ));
    }
    if summary.without_answer > 0 {
        let in_doubt = format!(
            "{} with a cancel that may have been sent, and no answer",
            summary.without_answer
        );
        lines.push(("in doubt", in_doubt));
    }
    lines.push(("lines", total(count, &counted(&summary.events))));
    lines
}

fn outcomes(summary: &Summary) -> String {
    let outcomes = summary.outcomes.iter();
    let mut counts: Vec<(String, usize)> = outcomes
        .map(|(outcome, count)| (outcome.to_string(), *count))
        .collect();
    if summary.open > 0 {
        counts.push(("without an outcome".to_owned(), summary.open));
    }
    counted(counts)
}
