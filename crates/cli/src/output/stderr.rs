//! Messages for people, on standard error.

use std::io::{self, IsTerminal, Write};

use anstyle::AnsiColor;

use super::{may_colour, text::visible};

/// Prints a message on one line, without control characters.
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
