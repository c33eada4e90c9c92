//! Standard output and standard error, and what they can show.

use std::{
    io::{self, ErrorKind, IsTerminal, Write},
    sync::atomic::{AtomicBool, Ordering},
};

use anstyle::AnsiColor;
use terminal_size::{Height, Width, terminal_size_of};

use super::text::visible;

/// Standard output could not be written.
#[derive(Debug, thiserror::Error)]
#[error("Cannot write to standard output: {0}")]
pub(crate) struct Unwritten(io::Error);

impl From<serde_json::Error> for Unwritten {
    fn from(error: serde_json::Error) -> Self {
        Self(error.into())
    }
}

impl From<csv::Error> for Unwritten {
    fn from(error: csv::Error) -> Self {
        Self(io::Error::other(error))
    }
}

/// Whether the reader of standard output went away.
static READER_IS_GONE: AtomicBool = AtomicBool::new(false);

/// Returns whether the reader of standard output went away, so that there is no use in writing more.
pub(crate) fn is_reader_gone() -> bool {
    READER_IS_GONE.load(Ordering::Relaxed)
}

/// Writes all of `text` to standard output. A reader that went away (`| head`) is no error.
pub(crate) fn print(text: &str) -> Result<(), Unwritten> {
    let mut stdout = io::stdout().lock();
    let written = stdout
        .write_all(text.as_bytes())
        .and_then(|()| stdout.flush());
    match written {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => {
            READER_IS_GONE.store(true, Ordering::Relaxed);
            Ok(())
        }
        Err(error) => Err(Unwritten(error)),
        Ok(()) => Ok(()),
    }
}

/// Prints a message to standard error, on one line and without control characters.
pub(crate) fn say(message: &str) {
    // A closed standard error is no reason to end.
    let _ = writeln!(io::stderr(), "countermand: {}", visible(message));
}

/// Prints an alarm on a line of its own.
pub(crate) fn alarm(message: &str) {
    let text = visible(message);
    let mut stderr = io::stderr();
    let _ = if stderr.is_terminal() && may_colour() {
        let loud = AnsiColor::Red.on_default().bold().invert();
        writeln!(stderr, "{loud}ALARM: {text}{loud:#}\x07")
    } else {
        writeln!(stderr, "ALARM: {text}")
    };
}

/// How a table may look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Shape {
    /// The number of columns, or `None` if it is no terminal.
    pub(crate) width: Option<usize>,
    pub(crate) colour: bool,
}

/// Returns the shape of standard output.
pub(crate) fn stdout_shape() -> Shape {
    let stdout = io::stdout();
    let is_terminal = stdout.is_terminal();
    Shape {
        width: is_terminal.then(|| columns(terminal_size_of(&stdout))),
        colour: is_terminal && may_colour(),
    }
}

/// Returns the shape of standard error.
pub(crate) fn stderr_shape() -> Shape {
    let stderr = io::stderr();
    Shape {
        width: Some(columns(terminal_size_of(&stderr))),
        colour: stderr.is_terminal() && may_colour(),
    }
}

/// Returns whether the environment allows colours on a terminal.
pub(crate) fn may_colour() -> bool {
    let set = |name| std::env::var_os(name).filter(|value| !value.is_empty());
    set("NO_COLOR").is_none() && !is_dumb()
}

/// Returns whether standard output is a terminal on which what was printed can be drawn again.
pub(crate) fn redraws() -> bool {
    io::stdout().is_terminal() && !is_dumb()
}

fn is_dumb() -> bool {
    std::env::var_os("TERM").is_some_and(|term| term == "dumb")
}

fn columns(size: Option<(Width, Height)>) -> usize {
    size.map_or(100, |(width, _)| usize::from(width.0))
}
