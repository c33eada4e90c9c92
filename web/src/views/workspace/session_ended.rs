//! Said over an open connection when the session at the page's own server has ended, with the way back.

use countermand_console::text::relay as text;
use leptos::prelude::*;

use crate::{
    console::{Console, connection_session::ConnectionSession, page_host::PageHost},
    platform::visible,
    views::connect::sign_in::again,
};

/// A notice; nothing while the session goes on.
#[component]
pub(crate) fn SessionEnded() -> impl IntoView {
    let (session, host) = (ConnectionSession::shared(), PageHost::shared());
    let console = Console::shared();
    // Once it has ended, or begun anew: who is signed in there now?
    Effect::new(move |before: Option<bool>| {
        let ended = session.is_signed_out.get();
        if before.is_some_and(|before| before != ended) {
            session.check_user();
            if !ended {
                console.announcer.say(text::back().to_owned());
            }
        }
        ended
    });
    // In another tab somebody may sign in again.
    visible::every(5_000, move || {
        if session.is_signed_out.get_untracked() {
            session.check_user();
        }
    });
    // Signed in again, whether here or in another tab: what is asked next is answered.
    Effect::new(move |before: Option<bool>| {
        let is_in = host.relay.look(|relay| relay.user.is_some());
        if before == Some(false) && is_in && session.is_signed_out.get_untracked() {
            console.reader.refresh_signed_in();
        }
        is_in
    });
    move || {
        session.is_signed_out.get().then(|| {
            let way = host.relay.look(|relay| Some(relay.sign_in));
            view! {
                <section class="notice ended" data-tone="warning" role="alert" aria-labelledby="ended-heading">
                    <h2 class="notice-title" id="ended-heading">{text::ended()}</h2>
                    <p>{text::ended_advice()}</p>
                    {way.map(|way| again(way, host))}
                </section>
            }
            .into_any()
        })
    }
}
