//! The languages, and which of them is spoken.

use std::cell::Cell;

use leptos::prelude::*;

pub use super::catalogue::language::*;
use super::catalogue::{Catalogue, NotThisVersion};
use crate::platform::{focus, language as browser, site};

/// A language that the console speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// English, which is in the page itself.
    English,
    /// Spanish.
    Spanish,
    /// Chinese in simplified characters.
    Chinese,
}

impl Language {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 3] = [Self::English, Self::Spanish, Self::Chinese];

    /// Its tag (BCP 47), as the page's `lang` and the browser's formats take it. Its file is called by
    /// what stands before a hyphen.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Spanish => "es",
            Self::Chinese => "zh-Hans",
        }
    }

    /// What it calls itself.
    pub const fn name(self) -> &'static str {
        match self {
            Self::English => "English",
            Self::Spanish => "Español",
            Self::Chinese => "简体中文",
        }
    }

    /// Where its messages are, beside the page; none for the one that is in the page itself.
    pub const fn file(self) -> Option<&'static str> {
        match self {
            Self::English => None,
            Self::Spanish => Some("lang/es.txt"),
            Self::Chinese => Some("lang/zh.txt"),
        }
    }

    /// The way it is written. A language that goes from right to left would say so here; the styles know
    /// no left and right.
    pub const fn direction(self) -> &'static str {
        match self {
            Self::English | Self::Spanish | Self::Chinese => "ltr",
        }
    }

    /// The language of a tag such as "es-MX" or "zh-Hant-TW", if it is spoken here. Whoever reads
    /// traditional characters reads simplified ones rather than English.
    pub fn of_tag(tag: &str) -> Option<Self> {
        let primary = |tag: &str| tag.split(['-', '_']).next().unwrap_or_default().len();
        Self::ALL.into_iter().find(|language| {
            let own = language.tag();
            let (own, other) = (own.get(..primary(own)), tag.get(..primary(tag)));
            own.zip(other)
                .is_some_and(|(own, other)| own.eq_ignore_ascii_case(other))
        })
    }

    /// The first of the tags that is spoken here, else English.
    pub fn of_tags<'a>(tags: impl IntoIterator<Item = &'a str>) -> Self {
        tags.into_iter()
            .find_map(Self::of_tag)
            .unwrap_or(Self::English)
    }
}

/// What views have to know.
#[derive(Clone)]
struct Speech {
    current: ArcRwSignal<Language>,
    failed: ArcRwSignal<Option<Language>>,
}

thread_local! {
    static SPEECH: Speech = Speech {
        current: ArcRwSignal::new(Language::English),
        failed: ArcRwSignal::new(None),
    };
    /// The one that was asked for last: one that comes later than another that was asked for after it
    /// is not spoken any more.
    static WANTED: Cell<Language> = const { Cell::new(Language::English) };
}

/// The language that is spoken. To be watched by whatever is drawn anew in another one.
pub fn current() -> Language {
    SPEECH.with(|speech| speech.current.clone()).get()
}

/// The language that could not be loaded when it was last asked for. To be watched by a view.
pub fn failed() -> Option<Language> {
    SPEECH.with(|speech| speech.failed.clone()).get()
}

/// Speaks another language as soon as its messages are there, and keeps the choice.
pub fn set(language: Language) {
    leptos::task::spawn_local(async move {
        if speak(language).await {
            browser::keep(language);
        }
    });
}

/// The language that the person chose earlier, or else has asked their browser for.
pub fn preferred() -> Language {
    browser::preferred()
}

/// Speaks it; false where it could not be loaded, or another one was asked for meanwhile.
pub async fn speak(language: Language) -> bool {
    WANTED.set(language);
    let catalogue = match language.file() {
        None => Ok(Catalogue::english()),
        Some(name) => match site::file(name).await {
            Ok(Some(file)) => Catalogue::read(language, &file),
            _ => Err(NotThisVersion),
        },
    };
    if WANTED.get() != language {
        return false;
    }
    let Speech { current, failed } = SPEECH.with(Clone::clone);
    // What had the focus is drawn anew.
    focus::kept_over("content", || match catalogue {
        Ok(catalogue) => {
            catalogue.speak();
            browser::mark(language);
            failed.set(None);
            current.set(language);
        }
        Err(NotThisVersion) => failed.set(Some(language)),
    });
    catalogue.is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_is_known_by_its_first_part() {
        for (tag, language) in [
            ("en-GB", Some(Language::English)),
            ("ES", Some(Language::Spanish)),
            ("es_419", Some(Language::Spanish)),
            ("zh-Hant-TW", Some(Language::Chinese)),
            ("eo", None),
            ("est", None),
            ("", None),
        ] {
            assert_eq!(Language::of_tag(tag), language, "{tag}");
        }
    }

    #[test]
    fn the_first_that_is_spoken_here_is_taken() {
        assert_eq!(Language::of_tags(["fr", "zh-CN", "es"]), Language::Chinese);
        assert_eq!(Language::of_tags(["fr"]), Language::English);
        assert_eq!(Language::of_tags([]), Language::English);
    }
}
