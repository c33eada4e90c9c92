//! Which language is spoken: loading its messages, and telling the views.

use std::cell::Cell;

use countermand_console::{
    language::Language,
    text::{Catalogue, NotThisVersion},
};
use leptos::prelude::*;

use crate::platform::{focus, language as browser, site};

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
