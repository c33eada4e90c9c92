//! Opening a journal, and printing its summary.

use std::{
    fmt::{Display, Write},
    fs::File,
    io::{self, BufRead, BufReader, Read},
    path::Path,
};

use countermand_client::ChainError;

use crate::{
    args::OutputArgs,
    exit::Exit,
    failure::{Failure, in_words},
    output::{Record, print, print_rows, text::visible},
};

/// The longest prefix of the first line that is read to tell the formats apart.
const FIRST_LINE: u64 = 4 << 10;

/// Opens a journal.
pub(super) fn open(path: &Path) -> Result<BufReader<File>, Failure> {
    let file = File::open(path).map_err(|error| unreadable(path, &error))?;
    let metadata = file.metadata().map_err(|error| unreadable(path, &error))?;
    if metadata.is_dir() {
        return Err(Failure::usage(format!(
            "{} is a folder, not a journal.",
            path.display()
        )));
    }
    Ok(BufReader::with_capacity(1 << 16, file))
}

/// Returns whether the file's first line is that of an audit log.
pub(super) fn is_audit(path: &Path) -> Result<bool, Failure> {
    let mut first = Vec::new();
    open(path)?
        .take(FIRST_LINE)
        .read_until(b'\n', &mut first)
        .map_err(|error| unreadable(path, &error))?;
    let line = serde_json::from_slice::<serde_json::Value>(&first);
    Ok(line.is_ok_and(|line| {
        // The first line that is left, where older ones were removed, is a checkpoint.
        line["format"] == countermand_server::audit::FORMAT || line["event"] == "checkpoint"
    }))
}

fn unreadable(path: &Path, error: &io::Error) -> Failure {
    Failure::usage(format!(
        "Cannot read the journal {}: {error}",
        path.display()
    ))
}

/// Returns the failure of a file that is called `[article, name]` and could not be read as such, after printing no rows.
pub(super) fn broken<R: Record>(
    source: &dyn Display,
    output: OutputArgs,
    [with_article, name]: [&str; 2],
    error: &ChainError,
) -> Result<Exit, Failure> {
    let words = in_words(error);
    if error.is_unrecognized() {
        return Err(Failure::usage(format!(
            "{source} is not {with_article}: {words}"
        )));
    }
    if !output.is_table() {
        print_rows::<R>(output, &[])?;
    }
    Err(Failure::before_sending(format!(
        "The {name} {source} is broken: {words}"
    )))
}

/// Prints a summary as names and values.
pub(super) fn print_summary(lines: &[(&'static str, String)]) -> Result<(), Failure> {
    let mut text = String::new();
    for (name, value) in lines {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{name:<14} {}", visible(value));
    }
    print(&text)?;
    Ok(())
}

/// Returns counts as "3 cancelled, 1 expired".
pub(super) fn counted<N: Display, C: Display>(counts: impl IntoIterator<Item = (N, C)>) -> String {
    let counts: Vec<String> = counts
        .into_iter()
        .map(|(name, count)| format!("{count} {name}"))
        .collect();
    counts.join(", ")
}

/// Returns a total with its parts: "4: 3 cancelled, 1 expired".
pub(super) fn total(total: impl Display, parts: &str) -> String {
    match parts.is_empty() {
        true => total.to_string(),
        false => format!("{total}: {parts}"),
    }
}

/// What a summary says of a last line whose writing was interrupted.
pub(super) const TORN: (&str, &str) = (
    "last line",
    "incomplete, because writing it was interrupted; ignored",
);
