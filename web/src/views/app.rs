//! The page: its head, and one of its two screens.

use std::pin::pin;

use countermand_console::text::{self, shortcuts};
use futures_util::future::select;
use leptos::prelude::*;

use crate::{
    console::{
        actions::Actions,
        address,
        connection_session::{ConnectionSession, Leaving},
        connectivity::Connectivity,
        first_opening,
        page_host::PageHost,
        preferences::Preferences,
    },
    platform::{appearance, clock, cooperative_yield::breathe, policy, touch, unload_guard},
    views::{
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
pub fn App() -> impl IntoView {
    policy::watch();
    address::come_back();
    unload_guard::watch();
    touch::watch();
    let (preferences, connectivity) = (Preferences::new(), Connectivity::new());
    provide_context(preferences);
    provide_context(connectivity);
    let host = PageHost::new(connectivity);
    provide_context(host);
    let session = ConnectionSession::new(host);
    provide_context(session);
    let actions = Actions::new(session, preferences, connectivity);
    provide_context(actions);
    clock::every(5_000, move || session.lock_when_idle());
    let is_begun = RwSignal::new(false);
    leptos::task::spawn_local(async move {
        // What the address names is opened first, where the answer that this needs is there already.
        let opened = pin!(first_opening::open_named(session, host));
        select(opened, pin!(breathe())).await;
        is_begun.set(true);
    });
    move || is_begun.get().then(|| drawn(session, actions))
}

fn drawn(session: ConnectionSession, actions: Actions) -> AnyView {
    appearance::page_has_loaded();
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
