//! `countermand verify`: is a journal whole, and what is in it? Nothing but the file is looked at.

mod audit;
mod run;

use std::{
    fmt::Write,
    fs::File,
    io::{self, BufRead, BufReader, Read},
    path::Path,
};

use crate::{
    args::VerifyArgs,
    exit::Exit,
    failure::Failure,
    output::{print, text::visible},
};

/// How far a first line is looked into for what the file is.
const FIRST_LINE: u64 = 4 << 10;

/// Checks it.
pub(crate) fn run(args: &VerifyArgs) -> Result<Exit, Failure> {
    match is_audit(&args.journal)? {
        true => audit::run(args),
        false => run::run(args),
    }
}

/// By its first line. One that is neither is told so as the journal of a run.
fn is_audit(path: &Path) -> Result<bool, Failure> {
    let mut first = Vec::new();
    open(path)?
        .take(FIRST_LINE)
        .read_until(b'\n', &mut first)
        .map_err(|error| unreadable(path, &error))?;
    let said = serde_json::from_slice::<serde_json::Value>(&first);
    Ok(said.is_ok_and(|line| line["format"] == countermand_server::audit::FORMAT))
}

fn open(path: &Path) -> Result<BufReader<File>, Failure> {
    let file = File::open(path).map_err(|error| unreadable(path, &error))?;
    let metadata = file.metadata().map_err(|error| unreadable(path, &error))?;
    if metadata.is_dir() {
        return Err(Failure::usage(format!("{} is a folder", path.display())));
    }
    Ok(BufReader::with_capacity(1 << 16, file))
}

fn unreadable(path: &Path, error: &io::Error) -> Failure {
    Failure::usage(format!(
        "the journal {} cannot be read: {error}",
        path.display()
    ))
}

/// The summary, as names and values.
fn print_lines(lines: &[(&'static str, String)]) -> Result<(), Failure> {
    let mut text = String::new();
    for (name, value) in lines {
        // Writing into a text cannot fail.
        let _ = writeln!(text, "{name:<14} {}", visible(value));
    }
    print(&text)?;
    Ok(())
}
