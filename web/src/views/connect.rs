//! The screen on which a connection is chosen or entered.

use leptos::prelude::*;

use super::{connection_form::ConnectionForm, demos::Demos, language::in_language, saved::Saved};
use crate::{
    console::door::{Closed, Door},
    platform::site,
    text::{self, language},
};

/// Choose a demo, or enter a connection.
#[component]
pub(super) fn Connect() -> impl IntoView {
    let door = Door::shared();
    // The demo that the address names, until it is open or cannot be. Whoever was locked out stays out
    // until they say otherwise.
    let named =
        RwSignal::new(site::in_address("demo").filter(|_| door.closed.get_untracked().is_none()));
    let coming = Memo::new(move |_| named.with(Option::is_some));
    // What comes by itself needs no form.
    let entered = move |view: fn() -> AnyView| {
        move || {
            if coming.get() { ().into_any() } else { view() }
        }
    };
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
                    door.closed
                        .get()
                        .and_then(|closed| match closed {
                            Closed::Switched => None,
                            Closed::Locked => Some(text::locked().to_owned()),
                            Closed::Idle(limit) => Some(text::locked_idle(limit.minutes().into())),
                        })
                        .map(|said| {
                            view! { <p class="notice" data-tone="quiet">{said}</p> }
                        })
                }}
            </div>
            {entered(|| view! { <Saved/> }.into_any())}
            <Demos named/>
            {entered(|| view! { <ConnectionForm/> }.into_any())}
        </div>
    }
}
