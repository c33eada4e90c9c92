//! Words for people.

use std::io::{self, Write};

use super::text::visible;

/// Says one thing, in one line, fit for a terminal.
pub(crate) fn say(message: &str) {
    // Nobody reads any more: no reason to end, and least of all to panic.
    let _ = writeln!(io::stderr(), "countermand: {}", visible(message));
}
