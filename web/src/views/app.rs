//! The page: its head, and one of its two screens.

use countermand_console::text::{self, shortcuts};
use leptos::prelude::*;

use crate::{
    console::{
        actions::Actions,
        connection_session::{ConnectionSession, Leaving},
        connectivity::Connectivity,
        early::Early,
        page_host::PageHost,
        preferences::Preferences,
    },
    platform::{clock, touch, unload_guard},
    views::{
        brake::entry,
        connect::Connect,
        history::HistoryDialog,
        page::ReachBanner,
        page::about::AboutDialog,
        page::help_sheet::HelpSheet,
        page::language::{self, in_language},
        page::lock_dialog::LockDialog,
        page::palette::Palette,
        page::settings::SettingsButton,
        page::switcher::Switcher,
        workspace::Workspace,
    },
};

#[component]
pub fn App(
    /// What was opened before the views were built.
    early: Option<Early>,
) -> impl IntoView {
    unload_guard::watch();
    touch::watch();
    let (preferences, connectivity) = (Preferences::new(), Connectivity::new());
    provide_context(preferences);
    provide_context(connectivity);
    let host = PageHost::new(connectivity);
    provide_context(host);
    let session = ConnectionSession::new(host);
    provide_context(session);
    crate::platform::address::watch(move |step| session.stepped(step));
    let actions = Actions::new(session, preferences, connectivity);
    provide_context(actions);
    clock::every(5_000, move || session.lock_when_idle());
    if let Some(early) = early {
        host.take_early(&early.offered);
        session.start(early.open.clone());
        clock::until(rows_are_drawn, move || early.clear());
    }
    view! {
        {in_language(|| view! { <a class="skip" href="#content">{text::skip()}</a> }.into_any())}
        <header class="bar">
            <span class="brand">{text::product()}</span>
            {move || {
                session.open
                    .get()
                    .map(|open| in_language(move || view! { <Switcher open=open.clone()/> }.into_any()))
            }}
            <div class="bar-end">
                {in_language(move || (move || entry::button(session)).into_any())}
                {move || {
                    session.open
                        .with(Option::is_some)
                        .then(|| in_language(move || lock(session)))
                }}
                {in_language(move || open_palette(actions))}
                {in_language(move || past_runs(actions))}
                <SettingsButton/>
            </div>
        </header>
        <ReachBanner/>
        <main id="content" tabindex="-1">
            {language::failure()}
            {move || match session.open.get().zip(session.console.get_untracked()) {
                Some((open, console)) => view! { <Workspace open console/> }.into_any(),
                None => view! { <Connect/> }.into_any(),
            }}
        </main>
        {move || actions.history.is_open().then(|| view! { <HistoryDialog on_close=move || actions.history.close()/> }.into_any())}
        {move || actions.palette.is_open().then(|| view! { <Palette/> }.into_any())}
        {move || actions.help.is_open().then(|| view! { <HelpSheet/> }.into_any())}
        {move || actions.about.is_open().then(|| view! { <AboutDialog/> }.into_any())}
        {move || session.asking.with(Option::is_some).then(|| view! { <LockDialog/> }.into_any())}
    }
    .into_any()
}

fn open_palette(actions: Actions) -> AnyView {
    view! {
        <button
            type="button"
            class="button quiet icon"
            data-icon="search"
            title=shortcuts::palette()
            aria-label=shortcuts::palette()
            on:click=move |_| actions.palette.open()
        ></button>
    }
    .into_any()
}

fn lock(session: ConnectionSession) -> AnyView {
    view! {
        <button
            type="button"
            class="button quiet"
            data-icon="lock"
            title=if session.is_relayed() { text::relay::lock_hint() } else { text::lock_hint() }
            on:click=move |_| session.leave(Leaving::Lock)
        >
            <span class="bar-word">{text::lock()}</span>
        </button>
    }
    .into_any()
}

fn past_runs(actions: Actions) -> AnyView {
    let word = text::history::open();
    view! {
        <button type="button" class="button quiet" data-icon="list" title=word aria-label=word on:click=move |_| actions.history.open()>
            <span class="bar-word">{word}</span>
        </button>
    }
    .into_any()
}

/// Whether the console has drawn rows of its own.
fn rows_are_drawn() -> bool {
    document()
        .query_selector("#commands-scroller [data-id]")
        .is_ok_and(|row| row.is_some())
}
