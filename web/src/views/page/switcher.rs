//! Which connection is open, and the way to another one.

use countermand_console::{
    relay::role_name,
    saved_connections::SavedConnection,
    text::{profiles as text, relay as relay_text},
};
use countermand_relay_api::SignInMethod;
use leptos::prelude::*;

use crate::console::{
    connection::{OpenConnection, RelaySession},
    connection_session::{ConnectionSession, Leaving},
    page_host::PageHost,
};

/// A button with the open connection, and the list of the others.
#[component]
pub(crate) fn Switcher(open: OpenConnection) -> impl IntoView {
    let session = ConnectionSession::shared();
    let vendor = open.client.provider().display_name();
    let facts = format!("{vendor} · {}", open.client.org());
    let relay = open.relay.clone();
    let hint = if relay.is_some() {
        relay_text::switch_hint()
    } else {
        text::switch_hint()
    };
    let others = move || {
        session
            .saved
            .all
            .get()
            .into_iter()
            .map(|entrance| {
                let facts = entrance.facts();
                let name = entrance.name.clone();
                item(session, Some(entrance), name, Some(facts))
            })
            .collect_view()
    };
    view! {
        <button
            type="button"
            class="where"
            popovertarget="switcher"
            title=open.client.base().to_string()
            aria-label=text::switch_from(&facts)
        >
            <span>{facts.clone()}</span>
        </button>
        <div id="switcher" class="popover menu" popover="auto" role="dialog" aria-labelledby="switcher-title">
            <h2 id="switcher-title">{text::switch()}</h2>
            {relay.map(|relay| signed_in(session, &relay))}
            <ul>
                {offers(session, &open)}
                {others}
                {item(session, None, text::other().to_owned(), None)}
            </ul>
            <p class="hint">{hint}</p>
        </div>
    }
    .into_any()
}

/// Who opened it, what they may do, and the way out.
fn signed_in(session: ConnectionSession, relay: &RelaySession) -> AnyView {
    let can_sign_out = PageHost::shared().relay.with_untracked(|relay| {
        relay
            .as_ref()
            .is_none_or(|one| one.sign_in != SignInMethod::Proxy)
    });
    let out = can_sign_out.then(|| {
        view! {
            <button
                type="button"
                class="button small"
                popovertarget="switcher"
                popovertargetaction="hide"
                on:click=move |_| session.leave(Leaving::SignOut)
            >
                {relay_text::sign_out()}
            </button>
        }
    });
    view! {
        <div class="who">
            <p>{relay_text::signed_in_as(&relay.user, role_name(relay.offer.role))}</p>
            {out}
        </div>
    }
    .into_any()
}

/// The other connections of the server's that are open to this person.
fn offers(session: ConnectionSession, open: &OpenConnection) -> AnyView {
    let here = open.relay.as_ref().map(|relay| relay.offer.name.clone());
    let others = move || {
        let relay = PageHost::shared().relay.get();
        let offers = relay.map(|relay| relay.offers).unwrap_or_default();
        offers
            .into_iter()
            .filter(|offer| Some(&offer.name) != here.as_ref())
            .map(|offer| {
                let facts = relay_text::facts(
                    offer.org.provider().display_name(),
                    offer.org.as_str(),
                    role_name(offer.role),
                );
                entry(
                    session,
                    Leaving::Relayed(offer.name.clone()),
                    offer.name,
                    Some(facts),
                    None,
                )
            })
            .collect_view()
    };
    others.into_any()
}

fn item(
    session: ConnectionSession,
    to: Option<SavedConnection>,
    name: String,
    facts: Option<String>,
) -> AnyView {
    let kept = to.as_ref().is_some_and(|to| to.slot.is_some());
    let kept = kept.then(text::key_kept);
    entry(
        session,
        Leaving::Switch(to.map(Box::new)),
        name,
        facts,
        kept,
    )
}

fn entry(
    session: ConnectionSession,
    to: Leaving,
    name: String,
    facts: Option<String>,
    kept: Option<&'static str>,
) -> AnyView {
    let go = move |_| session.leave(to.clone());
    view! {
        <li>
            <button type="button" popovertarget="switcher" popovertargetaction="hide" on:click=go>
                <span class="kind">{name}</span>
                {facts.map(|facts| view! { <span class="hint">{facts}</span> })}
                {kept.map(|kept| view! { <span class="hint">{kept}</span> })}
            </button>
        </li>
    }
    .into_any()
}
