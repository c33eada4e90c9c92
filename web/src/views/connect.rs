//! The screen on which a connection is chosen or entered.

pub(crate) mod demos;
pub(crate) mod field;
pub(crate) mod form;
pub(crate) mod form_state;
pub(crate) mod profile_dialog;
pub(crate) mod remember;
pub(crate) mod saved_connections;
pub(crate) mod server_connections;
pub(crate) mod sign_in;

use countermand_console::text::{self, profiles, relay};
use leptos::prelude::*;

use crate::{
    console::{
        connection_session::{Closed, ConnectionSession},
        page_host::PageHost,
    },
    language,
    platform::{
        first_screen::{self, FirstScreen},
        focus, site,
    },
    views::{
        brake::entry,
        connect::demos::Demos,
        connect::form::ConnectionForm,
        connect::saved_connections::Saved,
        connect::server_connections::{ServerConnections, coming, is_coming},
        page::language::in_language,
        run::unfinished::UnfinishedHere,
    },
};

/// Choose a demo, or enter a connection.
#[component]
pub(crate) fn Connect() -> impl IntoView {
    let session = ConnectionSession::shared();
    // The demo that the address names, until it is open or cannot be. Whoever was locked out stays out
    // until they say otherwise.
    let named = RwSignal::new(
        site::in_address("demo").filter(|_| session.closed.get_untracked().is_none()),
    );
    let host = PageHost::shared();
    let comes = Memo::new(move |_| named.with(Option::is_some) || is_coming(host));
    // A demonstration's own server is one more way to try it: until somebody is signed in there, it folds nothing away.
    let is_relay = Memo::new(move |_| {
        let is_demo = host.demos.with(|offered| !offered.demos.is_empty());
        let relay = host.relay.get();
        relay.is_some_and(|relay| !is_demo || relay.user.is_some())
    });
    // What comes by itself needs no form, and where the host has connections of its own the form is folded
    // away: it is drawn once it is known which it is.
    // What is entered is not lost because the host said the same again.
    let stage = Memo::new(move |_| (comes.get() || !host.is_known.get(), is_relay.get()));
    Effect::new(move |_| {
        if !stage.get().0 {
            first_screen::is_there(FirstScreen::Ready);
        }
    });
    let own = move || match stage.get() {
        (true, _) => ().into_any(),
        (false, false) => on_demand(session),
        (false, true) => in_language(own_key),
    };
    let saved = move || (stage.get() == (false, false)).then(|| view! { <Saved/> });
    view! {
        <div class="connect">
            {in_language(|| {
                view! {
                    <div class="hero">
                        <h1>{text::product()}</h1>
                        <p class="lead">{text::tagline()}</p>
                    </div>
                }
                    .into_any()
            })}
            <div role="status" class="status">
                {move || {
                    language::current();
                    session.closed
                        .get()
                        .and_then(|closed| match closed {
                            Closed::Switched => None,
                            Closed::SignedOut => Some(relay::signed_out().to_owned()),
                            Closed::OtherUser => Some(relay::other_user().to_owned()),
                            Closed::Locked if session.was_relayed.get() => Some(relay::locked().to_owned()),
                            Closed::Idle(limit) if session.was_relayed.get() => {
                                Some(relay::locked_idle(limit.minutes().into()))
                            }
                            Closed::Locked => Some(text::locked().to_owned()),
                            Closed::Idle(limit) => Some(text::locked_idle(limit.minutes().into())),
                        })
                        .map(|said| {
                            view! { <p class="notice" data-tone="quiet">{said}</p> }
                        })
                }}
            </div>
            {entry::choice(session)}
            <UnfinishedHere/>
            {saved}
            {coming(host)}
            <Demos named/>
            <ServerConnections comes/>
            {own}
        </div>
    }
}

/// The form: there where nothing is saved, and otherwise as soon as it is wanted.
fn on_demand(session: ConnectionSession) -> AnyView {
    let is_wanted = move || {
        session.saved.all.with(Vec::is_empty)
            || session.wanted.with(Option::is_some)
            || session
                .closed
                .with(|closed| matches!(closed, Some(Closed::Switched)))
    };
    let is_shown = RwSignal::new(untrack(is_wanted));
    Effect::new(move |_| {
        // Shown already, it is not built anew: it may have begun with a saved connection.
        if is_wanted() && !is_shown.get_untracked() {
            is_shown.set(true);
        }
    });
    (move || {
        if is_shown.get() {
            view! { <ConnectionForm/> }.into_any()
        } else {
            in_language(move || other(is_shown))
        }
    })
    .into_any()
}

fn other(is_shown: RwSignal<bool>) -> AnyView {
    let show = move |_| {
        is_shown.set(true);
        focus::soon("form-heading");
    };
    view! {
        <button type="button" class="button" id="form-heading" data-icon="plus" on:click=show>
            {profiles::other()}
        </button>
    }
    .into_any()
}

/// The way with a key of one's own, where there is another.
fn own_key() -> AnyView {
    view! {
        <details class="own-key">
            <summary>{relay::own_key()}</summary>
            <p class="hint">{relay::own_key_hint()}</p>
            <Saved/>
            <ConnectionForm/>
        </details>
    }
    .into_any()
}
