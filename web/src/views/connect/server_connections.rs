//! The connections of the page's own server: who is signed in there, and what is open to them.

use countermand_console::{
    problem::Problem,
    relay::{Offer, Relay, role_name},
    text::{connect, relay as text},
};
use countermand_relay_api::SignInMethod;
use leptos::prelude::*;

use crate::{
    console::{
        connecting, connection_session::ConnectionSession, connectivity::Connectivity,
        page_host::PageHost,
    },
    language,
    platform::focus,
    views::{connect::sign_in::sign_in, elements::ProblemNotice},
};

/// A card of them; nothing where the host has no relay.
#[component]
pub(crate) fn ServerConnections(
    /// Whether a connection is opened by itself, so that nothing has to be chosen.
    comes: Memo<bool>,
) -> impl IntoView {
    let opening = Opening {
        session: ConnectionSession::shared(),
        host: PageHost::shared(),
        connectivity: Connectivity::shared(),
        busy: RwSignal::new(None),
        problem: RwSignal::new(None),
    };
    // What is wanted is opened as soon as the relay offers it.
    Effect::new(move |_| opening.follow());
    let host = opening.host;
    move || {
        language::current();
        if comes.get() {
            return None;
        }
        host.relay
            .get()
            .map(|relay| view! { <section class="card server" aria-labelledby="server-heading">{card(relay, opening)}</section> })
    }
}

fn card(relay: Relay, opening: Opening) -> AnyView {
    let said = move || {
        let said = opening.host.problem.get();
        said.map(|said| view! { <p class="notice" data-tone="warning">{said}</p> })
    };
    let inside = match relay.user.clone() {
        Some(user) => signed_in(relay, user, opening),
        None => sign_in(relay.sign_in, opening.host),
    };
    view! {
        <h2 id="server-heading" tabindex="-1">{text::heading()}</h2>
        <p class="hint">{text::hint()}</p>
        {inside}
        <div role="status" class="status">{said}</div>
        {move || opening.problem.get().map(|problem| view! { <ProblemNotice problem/> })}
    }
    .into_any()
}

fn signed_in(relay: Relay, user: String, opening: Opening) -> AnyView {
    let none = relay.offers.is_empty();
    let choices = relay
        .offers
        .into_iter()
        .map(|offer| choice(offer, user.clone(), opening))
        .collect_view();
    let broken = relay
        .broken
        .into_iter()
        .map(|why| view! { <p class="notice" data-tone="warning">{text::broken()} " " {why}</p> })
        .collect_view();
    view! {
        <div class="who">
            <p data-icon="shield">{text::signed_in(&user)}</p>
            {who_can_sign_out(relay.sign_in, opening)}
        </div>
        {if none {
            view! { <p class="notice" data-tone="quiet">{text::none()}</p> }.into_any()
        } else {
            view! { <ul class="choices">{choices}</ul> }.into_any()
        }}
        {broken}
    }
    .into_any()
}

/// Of what a proxy says nobody can sign out here.
fn who_can_sign_out(sign_in: SignInMethod, opening: Opening) -> AnyView {
    if sign_in == SignInMethod::Proxy {
        return ().into_any();
    }
    let out = move |_| {
        opening.session.sign_out_closed();
        focus::soon("server-heading");
    };
    view! { <button type="button" class="button small" on:click=out>{text::sign_out()}</button> }
        .into_any()
}

fn choice(offer: Offer, user: String, opening: Opening) -> AnyView {
    let facts = text::facts(
        offer.org.provider().display_name(),
        offer.org.as_str(),
        role_name(offer.role),
    );
    let name = offer.name.clone();
    let facts_id = format!("server-facts-{name}");
    let busy = {
        let name = name.clone();
        move || {
            opening
                .busy
                .with(|busy| busy.as_ref() == Some(&name))
                .then_some("")
        }
    };
    view! {
        <li class="choice" data-busy=busy>
            <button
                type="button"
                aria-describedby=facts_id.clone()
                aria-disabled=move || opening.connectivity.is_offline().then_some("true")
                on:click=move |_| {
                    opening.start(offer.clone(), user.clone(), true);
                }
            >{name}</button>
            <p class="choice-facts" id=facts_id.clone()>{facts}</p>
        </li>
    }
    .into_any()
}

/// The way in. Copies are the same.
#[derive(Clone, Copy)]
struct Opening {
    session: ConnectionSession,
    host: PageHost,
    connectivity: Connectivity,
    /// The name of the connection that is being opened.
    busy: RwSignal<Option<String>>,
    problem: RwSignal<Option<Problem>>,
}

impl Opening {
    /// Opens what is wanted, where it is offered. It was chosen before: it is not checked first. Until
    /// somebody is signed in, it goes on being wanted.
    fn follow(self) {
        let Some(name) = self.host.wanted.get() else {
            return;
        };
        let found = self.host.relay.look(|relay| {
            let user = relay.user.clone()?;
            Some((user, relay.named(&name).cloned()))
        });
        match found {
            None if self.host.is_read.get() && self.host.relay.with(Option::is_none) => {
                self.host.want(None);
            }
            None => {}
            Some((user, Some(offer))) => {
                self.host.want(None);
                self.start(offer, user, false);
            }
            Some((_, None)) => {
                self.host.refuse_wanted(&name);
            }
        }
    }

    /// Opens a connection, one at a time.
    fn start(self, offer: Offer, user: String, checked: bool) {
        if self.busy.with_untracked(Option::is_some) || self.connectivity.is_offline_now() {
            return;
        }
        self.busy.set(Some(offer.name.clone()));
        self.problem.set(None);
        leptos::task::spawn_local(async move {
            match connecting::through_relay(offer, user, checked).await {
                Ok(open) => self.session.start(open),
                Err(found) => {
                    // The session may have ended meanwhile: who is signed in now?
                    self.host.reload().await;
                    self.problem.try_set(Some(found));
                }
            }
            self.busy.try_set(None);
        });
    }
}

/// Is one of the relay's connections about to be opened by itself? To be watched by a view.
pub(crate) fn is_coming(host: PageHost) -> bool {
    host.wanted.with(Option::is_some)
        && host
            .relay
            .with(|relay| relay.as_ref().is_none_or(|relay| relay.user.is_some()))
}

/// What is said while one is opened by itself.
pub(crate) fn coming(host: PageHost) -> AnyView {
    let said = move || {
        let name = host.wanted.get().filter(|_| is_coming(host))?;
        Some(view! { <p class="busy">{connect::opening(&name)}</p> })
    };
    said.into_any()
}
