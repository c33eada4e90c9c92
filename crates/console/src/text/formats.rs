//! Numbers and spans of time as a language writes them.
//!
//! A browser knows how the person's own region does it ("es-MX"): the page installs its [`Formats`]. Until
//! then, and where there is no browser, [`Formats::PLAIN`] is used.

use std::cell::Cell;

use crate::language::Language;

/// How numbers and spans of time are written.
#[derive(Clone, Copy, Debug)]
pub struct Formats {
    /// Writes a whole number of at least a thousand, in groups of digits.
    pub number: fn(usize, Language) -> String,
    /// Writes how long ago something was. The unit is "second", "minute", "hour" or "day".
    pub ago: fn(usize, &str) -> String,
}

impl Formats {
    /// The formats that need no browser. Spans of time are in English.
    pub const PLAIN: Self = Self {
        number: plain_number,
        ago: plain_ago,
    };

    /// Uses these formats from now on.
    pub fn install(self) {
        FORMATS.set(self);
    }
}

thread_local! {
    static FORMATS: Cell<Formats> = const { Cell::new(Formats::PLAIN) };
}

/// Writes a whole number.
pub(super) fn number(count: usize, language: Language) -> String {
    // All languages write numbers below a thousand alike, and most numbers are.
    if count < 1_000 {
        count.to_string()
    } else {
        (FORMATS.get().number)(count, language)
    }
}

/// Writes how long ago something was.
pub(crate) fn ago(count: usize, unit: &str) -> String {
    (FORMATS.get().ago)(count, unit)
}

fn plain_number(count: usize, language: Language) -> String {
    let separator = match language {
        Language::English | Language::Chinese => ",",
        // Four digits stand together.
        Language::Spanish if count < 10_000 => "",
        Language::Spanish => ".",
    };
    let digits = count.to_string();
    let mut written = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            written.push_str(separator);
        }
        written.push(digit);
    }
    written
}

fn plain_ago(count: usize, unit: &str) -> String {
    format!("{count} {unit}{} ago", if count == 1 { "" } else { "s" })
}
