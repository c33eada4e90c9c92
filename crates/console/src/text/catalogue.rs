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

/// The English messages, a line each.
const ENGLISH: &str = include_str!(concat!(env!("OUT_DIR"), "/english.txt"));

/// A language's messages.
#[derive(Clone, Copy)]
pub struct Catalogue {
    language: Language,
    messages: &'static [&'static str],
}

thread_local! {
    static ENGLISH_MESSAGES: &'static [&'static str] = ENGLISH.lines().collect::<Vec<_>>().leak();
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
        let messages: &'static str = messages.leak();
        Ok(Self {
            language,
            messages: messages.lines().collect::<Vec<_>>().leak(),
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

    #[cfg(test)]
    pub(super) fn messages(self) -> &'static [&'static str] {
        self.messages
    }

    fn message(self, number: u16) -> &'static str {
        self.messages
            .get(usize::from(number))
            .copied()
            .unwrap_or_default()
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
    let number = EVER.with_borrow(|ever| {
        ever.iter()
            .find_map(|one| one.messages.iter().position(|message| *message == said))
    })?;
    SPOKEN.get().messages.get(number).copied()
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
