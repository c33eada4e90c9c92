//! Words for people.

use std::io::{self, IsTerminal, Write};

use anstyle::AnsiColor;

use super::{may_colour, text::visible};

/// Says one thing, in one line, fit for a terminal.
pub(crate) fn say(message: &str) {
    // Nobody reads any more: no reason to end, and least of all to panic.
    let _ = writeln!(io::stderr(), "countermand: {}", visible(message));
}

/// Says what nobody may miss, in a line of its own.
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
