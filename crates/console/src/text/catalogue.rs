//! The messages of the language that is spoken now, and the functions that say them.
//!
//! `build.rs` makes a function of each message of `lang/en.txt`; a message is found by its number.

use std::cell::{Cell, RefCell};

use super::{
    file::{Fingerprint, entries},
    fill::{Value, fill},
};
use crate::language::Language;

include!(concat!(env!("OUT_DIR"), "/catalogue.rs"));

/// The English messages of the first rows, a line each; the lines of the others are empty.
const FIRST: &str = include_str!(concat!(env!("OUT_DIR"), "/english_first.txt"));
/// The other English messages, likewise.
const REST: &str = include_str!(concat!(env!("OUT_DIR"), "/english_rest.txt"));

/// A language's messages.
#[derive(Clone, Copy)]
pub struct Catalogue {
    language: Language,
    /// All of them, or an empty one in place of each that is in the rest.
    messages: &'static [&'static str],
    /// Returns the rest.
    rest: fn() -> &'static [&'static str],
}

/// In a function of its own: the page brings it, and what it refers to, after the first rows.
#[inline(never)]
fn rest_of_english() -> &'static [&'static str] {
    thread_local! {
        static MESSAGES: &'static [&'static str] = lines(REST);
    }
    MESSAGES.with(|messages| *messages)
}

fn no_rest() -> &'static [&'static str] {
    &[]
}

fn lines(text: &'static str) -> &'static [&'static str] {
    text.lines().collect::<Vec<_>>().leak()
}

thread_local! {
    static ENGLISH_MESSAGES: &'static [&'static str] = lines(FIRST);
    static SPOKEN: Cell<Catalogue> = Cell::new(Catalogue::english());
    /// English, and every language that was spoken so far.
    static EVER: RefCell<Vec<Catalogue>> = RefCell::new(vec![Catalogue::english()]);
}

impl Catalogue {
    /// That of English, which is in the page itself.
    pub fn english() -> Self {
        Self {
            language: Language::English,
            messages: ENGLISH_MESSAGES.with(|messages| *messages),
            rest: rest_of_english,
        }
    }

    /// That of another language, from its file. It stays in memory for as long as the page lives: what
    /// is said once may be shown for as long.
    ///
    /// # Errors
    /// When the file is none, or one of another version of the page.
    pub fn read(language: Language, file: &str) -> Result<Self, NotThisVersion> {
        let (mut messages, mut found) = (String::new(), Fingerprint::EMPTY);
        for entry in entries(file) {
            let entry = entry.map_err(|_| NotThisVersion)?;
            found = found.and(&entry);
            messages.push_str(entry.message);
            messages.push('\n');
        }
        if found != Fingerprint(FINGERPRINT) {
            return Err(NotThisVersion);
        }
        Ok(Self {
            language,
            messages: lines(messages.leak()),
            rest: no_rest,
        })
    }

    /// From now on this is spoken.
    pub fn speak(self) {
        SPOKEN.set(self);
        EVER.with_borrow_mut(|ever| {
            if !ever.iter().any(|one| one.language == self.language) {
                ever.push(self);
            }
        });
    }

    fn message(self, number: u16) -> &'static str {
        let number = usize::from(number);
        match self.messages.get(number).copied().unwrap_or_default() {
            "" => (self.rest)().get(number).copied().unwrap_or_default(),
            message => message,
        }
    }

    /// Returns the number of a message.
    fn number_of(self, said: &str) -> Option<u16> {
        let among = |messages: &[&str]| messages.iter().position(|message| *message == said);
        let number = among(self.messages).or_else(|| among((self.rest)()))?;
        number.try_into().ok()
    }

    #[cfg(test)]
    pub(super) fn messages(self) -> Vec<&'static str> {
        let count = u16::try_from(self.messages.len()).unwrap_or_default();
        (0..count).map(|number| self.message(number)).collect()
    }
}

/// There is no file of this version of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotThisVersion;

/// The language that is spoken now.
pub fn spoken() -> Language {
    SPOKEN.get().language
}

/// The message that says in the language that is spoken what this says in one that was, if there is one.
pub(super) fn found(said: &str) -> Option<&'static str> {
    let number = EVER.with_borrow(|ever| ever.iter().find_map(|one| one.number_of(said)))?;
    Some(SPOKEN.get().message(number))
}

fn plain(number: u16) -> &'static str {
    SPOKEN.get().message(number)
}

fn filled(number: u16, values: &[(&str, Value<'_>)]) -> String {
    let spoken = SPOKEN.get();
    let mut said = String::new();
    fill(
        spoken.message(number),
        values,
        spoken.language,
        None,
        &mut said,
    );
    said
}
