//! The page: its head, and one of its two screens.

use countermand_console::text::{self, shortcuts};
use leptos::prelude::*;

use super::{
    about::AboutDialog,
    connect::Connect,
    help_sheet::HelpSheet,
    history::HistoryDialog,
    language::{self, in_language},
    lock_dialog::LockDialog,
    palette::Palette,
    reach::ReachBanner,
    settings::SettingsButton,
    switcher::Switcher,
    workspace::Workspace,
};
use crate::{
    console::{
        actions::Actions,
        address,
        door::{Door, Leaving},
        host::Host,
        network::Network,
        preferences::Preferences,
    },
    platform::{clock, leaving, policy, touch},
};

/// The page.
#[component]
pub fn App() -> impl IntoView {
    policy::watch();
    address::come_back();
    leaving::watch();
    touch::watch();
    let (preferences, network) = (Preferences::new(), Network::new());
    provide_context(preferences);
    provide_context(network);
    let host = Host::new(network);
    provide_context(host);
    let door = Door::new(host);
    provide_context(door);
    let actions = Actions::new(door, preferences, network);
    provide_context(actions);
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
                {in_language(move || open_palette(actions))}
                {in_language(move || past_runs(actions))}
                <SettingsButton/>
            </div>
        </header>
        <ReachBanner/>
        <main id="content" tabindex="-1">
            {language::failure()}
            {move || match door.session.get() {
                Some(session) => view! { <Workspace session/> }.into_any(),
                None => view! { <Connect/> }.into_any(),
            }}
        </main>
        {move || actions.history.get().then(|| view! { <HistoryDialog on_close=move || actions.history.set(false)/> }.into_any())}
        {move || actions.palette.get().then(|| view! { <Palette/> }.into_any())}
        {move || actions.help.get().then(|| view! { <HelpSheet/> }.into_any())}
        {move || actions.about.get().then(|| view! { <AboutDialog/> }.into_any())}
        {move || door.asking.with(Option::is_some).then(|| view! { <LockDialog/> }.into_any())}
    }
}

fn open_palette(actions: Actions) -> AnyView {
    view! {
        <button
            type="button"
            class="button quiet icon"
            data-icon="search"
            title=shortcuts::palette()
            aria-label=shortcuts::palette()
            on:click=move |_| actions.palette.set(true)
        ></button>
    }
    .into_any()
}

fn lock(door: Door) -> AnyView {
    view! {
        <button
            type="button"
            class="button quiet"
            data-icon="lock"
            title=if door.is_relayed() { text::relay::lock_hint() } else { text::lock_hint() }
            on:click=move |_| door.leave(Leaving::Lock)
        >
            <span class="bar-word">{text::lock()}</span>
        </button>
    }
    .into_any()
}

fn past_runs(actions: Actions) -> AnyView {
    let word = text::history::open();
    view! {
        <button type="button" class="button quiet" data-icon="list" title=word aria-label=word on:click=move |_| actions.history.set(true)>
            <span class="bar-word">{word}</span>
        </button>
    }
    .into_any()
}
