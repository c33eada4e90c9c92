//! The journal of a run: is it whole, and what is in it?

use std::{fs::File, io::BufReader, path::Path};

use countermand_client::{
    BrokenJournal, CancelReport, JournalReader, Summary, Unfinished, read_journal,
};

use crate::{
    args::VerifyArgs,
    commands::running::why_stopped,
    exit::Exit,
    failure::{Failure, in_words},
    output::{print_rows, say},
};

/// Checks it.
pub(super) fn run(args: &VerifyArgs) -> Result<Exit, Failure> {
    let path = &args.journal;
    let mut reader = open(path)?;
    let summary = match Summary::of(&mut reader) {
        Ok(summary) => summary,
        Err(error) => return broken(args, &error),
    };
    let lines = lines(&summary, &reader);
    if args.output.is_table() {
        super::print_lines(&lines)?;
    } else {
        // Read once more: a row needs more of a target than the summary does.
        match Unfinished::replay(open(path)?) {
            Ok(journal) => print_rows(args.output, &journal.reports())?,
            Err(error) => return broken(args, &error),
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
    Ok(read_journal(super::open(path)?))
}

fn broken(args: &VerifyArgs, error: &BrokenJournal) -> Result<Exit, Failure> {
    let path = args.journal.display();
    let words = in_words(error);
    if let BrokenJournal::Empty | BrokenJournal::NotAJournal | BrokenJournal::OtherVersion { .. } =
        error
    {
        return Err(Failure::usage(format!("{path} is no journal: {words}")));
    }
    if !args.output.is_table() {
        print_rows::<CancelReport>(args.output, &[])?;
    }
    Err(Failure::before_sending(format!(
        "the journal {path} is broken: {words}"
    )))
}

/// The summary, as names and values.
fn lines(
    summary: &Summary,
    reader: &JournalReader<BufReader<File>>,
) -> Vec<(&'static str, String)> {
    let end = reader.end();
    let mut lines = Vec::new();
    let state = match (summary.sealed, summary.planned) {
        (true, _) => "whole; the run is finished",
        (false, true) => "whole; the run is not finished",
        (false, false) => "whole; broken off before its plan was: nothing was sent",
    };
    lines.push(("journal", state.to_owned()));
    if end.torn {
        let torn = "half a line, whose writing was cut off; it counts for nothing";
        lines.push(("at its end", torn.to_owned()));
    }
    if let Some(header) = &summary.header {
        lines.push(("run", header.run.clone()));
        let over = format!("{} {} {}", header.provider, header.base_url, header.org);
        lines.push(("connection", over));
    }
    if let (Some(first), Some(last)) = (summary.first_at, summary.last_at) {
        lines.push(("time", format!("{first} to {last}")));
    }
    let counts = |counts: &mut dyn Iterator<Item = (String, String)>| {
        let counts: Vec<String> = counts
            .map(|(name, count)| format!("{count} {name}"))
            .collect();
        counts.join(", ")
    };
    let mut outcomes = summary
        .outcomes
        .iter()
        .map(|(outcome, count)| (outcome.to_string(), count.to_string()))
        .collect::<Vec<_>>();
    if summary.open > 0 {
        outcomes.push(("without an outcome".to_owned(), summary.open.to_string()));
    }
    let targets = match outcomes.is_empty() {
        true => summary.targets.to_string(),
        false => format!("{}: {}", summary.targets, counts(&mut outcomes.into_iter())),
    };
    lines.push(("targets", targets));
    if let Some((at, reason)) = &summary.stopped {
        lines.push(("stopped", format!("{}, {at}", why_stopped(reason))));
    }
    if summary.to_list > 0 {
        let devices = match summary.to_list {
            1 => "1 device".to_owned(),
            count => format!("{count} devices"),
        };
        lines.push(("to be listed", devices));
    }
    if summary.without_answer > 0 {
        let waits = format!(
            "{} with a cancel that was about to leave and no answer to it",
            summary.without_answer
        );
        lines.push(("in doubt", waits));
    }
    let mut events = summary
        .events
        .iter()
        .map(|(event, count)| ((*event).to_owned(), count.to_string()));
    lines.push(("lines", format!("{}: {}", end.lines, counts(&mut events))));
    lines
}
