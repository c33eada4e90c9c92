//! A bar with words on the terminal's current line, and times in words.

use std::{
    io::{self, Write},
    time::Duration,
};

use crate::output::stderr_shape;

/// The shortest time between two drawings: nobody reads faster.
pub(super) const BETWEEN_DRAWINGS: Duration = Duration::from_millis(100);
/// The time between two lines of a log. A short run logs nothing.
pub(super) const BETWEEN_LINES: Duration = Duration::from_secs(10);
/// The greatest width of the bar, in characters.
const BAR: usize = 24;

/// Draws a bar and `words` over the terminal's current line.
pub(super) fn draw(words: &str, done: usize, total: usize) {
    // The last column stays free: a full line would wrap.
    let width = stderr_shape().width.unwrap_or(80).saturating_sub(1);
    write(&format!("\r\x1b[K{}", bar(words, done, total, width)));
}

/// Clears the terminal's current line for the next message.
pub(super) fn erase() {
    write("\r\x1b[K");
}

fn write(text: &str) {
    let mut stderr = io::stderr();
    // A closed standard error is no reason to end.
    let _ = stderr
        .write_all(text.as_bytes())
        .and_then(|()| stderr.flush());
}

/// Returns a bar and `words` in one line of at most `width` characters.
pub(super) fn bar(words: &str, done: usize, total: usize, width: usize) -> String {
    let room = width.saturating_sub(words.len() + 3).min(BAR);
    if room < 4 {
        return words.chars().take(width).collect();
    }
    let total = total.max(1);
    let full = (done.min(total) * room) / total;
    format!("[{}{}] {words}", "#".repeat(full), ".".repeat(room - full))
}

/// Returns a time in the unit that reads best.
pub(crate) fn in_words(time: Duration) -> String {
    match time.as_secs() {
        seconds @ 0..120 => format!("{seconds} s"),
        seconds @ 120..7200 => format!("{} min", seconds.div_ceil(60)),
        seconds => format!("{:.1} h", seconds as f64 / 3600.0),
    }
}
