//! The choice of the language.

use countermand_console::{
    language::Language,
    text::language::{label, not_loaded},
};
use leptos::prelude::*;

use crate::language as spoken;

/// Whatever says something, drawn anew when another language is spoken. What is to outlast that is made
/// outside of it.
pub(crate) fn in_language(draw: impl Fn() -> AnyView + Send + 'static) -> AnyView {
    (move || {
        spoken::current();
        untrack(&draw)
    })
    .into_any()
}

/// The list of the languages, each by its own name.
pub(crate) fn choice() -> AnyView {
    let choose = move |event| {
        if let Some(language) = Language::of_tag(&event_target_value(&event)) {
            spoken::set(language);
        }
    };
    (move || {
        // What could not be loaded is not left standing as if it were spoken.
        spoken::failed();
        let current = spoken::current();
        let options = Language::ALL
            .map(|language| {
                view! {
                    <option value=language.tag() lang=language.tag() selected=language == current>
                        {language.name()}
                    </option>
                }
            })
            .collect_view();
        view! {
            <div class="field">
                <label for="language">{label()}</label>
                <select id="language" on:change=choose>
                    {options}
                </select>
            </div>
        }
    })
    .into_any()
}

/// Says that a language could not be loaded.
pub(crate) fn failure() -> AnyView {
    (move || {
        spoken::failed().map(|language| {
            view! { <p class="notice" data-tone="warning" role="alert">{not_loaded(language.name())}</p> }
        })
    })
    .into_any()
}
