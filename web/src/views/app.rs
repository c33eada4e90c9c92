//! The page: its head, and one of its two screens.

use leptos::prelude::*;

use super::{
    connect::Connect,
    history::HistoryDialog,
    language::{self, in_language},
    lock_dialog::LockDialog,
    settings::SettingsButton,
    switcher::Switcher,
    workspace::Workspace,
};
use crate::{
    console::{
        door::{Door, Leaving},
        preferences::Preferences,
    },
    platform::{clock, leaving, policy, touch},
    text,
};

/// The page.
#[component]
pub fn App() -> impl IntoView {
    policy::watch();
    leaving::watch();
    touch::watch();
    let door = Door::new();
    provide_context(door);
    provide_context(Preferences::new());
    // Past runs are shown.
    let past = RwSignal::new(false);
    clock::every(5_000, move || door.lock_when_idle());
    view! {
        {in_language(|| view! { <a class="skip" href="#content">{text::skip()}</a> }.into_any())}
        <header class="bar">
            <span class="brand">{text::product()}</span>
            {move || {
                door.session
                    .get()
                    .map(|session| in_language(move || view! { <Switcher session=session.clone()/> }.into_any()))
            }}
            <div class="bar-end">
                {move || {
                    door.session
                        .with(Option::is_some)
                        .then(|| in_language(move || lock(door)))
                }}
                {in_language(move || past_runs(past))}
                <SettingsButton/>
            </div>
        </header>
        <main id="content" tabindex="-1">
            {language::failure()}
            {move || match door.session.get() {
                Some(session) => view! { <Workspace session/> }.into_any(),
                None => view! { <Connect/> }.into_any(),
            }}
        </main>
        {move || past.get().then(|| view! { <HistoryDialog on_close=move || past.set(false)/> }.into_any())}
        {move || door.asking.with(Option::is_some).then(|| view! { <LockDialog/> }.into_any())}
    }
}

fn lock(door: Door) -> AnyView {
    view! {
        <button
            type="button"
            class="button quiet"
            data-icon="lock"
            title=text::lock_hint()
            on:click=move |_| door.leave(Leaving::Lock)
        >
            {text::lock()}
        </button>
    }
    .into_any()
}

fn past_runs(past: RwSignal<bool>) -> AnyView {
    let word = text::history::open();
    view! {
        <button type="button" class="button quiet" data-icon="list" title=word aria-label=word on:click=move |_| past.set(true)>
            <span class="bar-word">{word}</span>
        </button>
    }
    .into_any()
}
