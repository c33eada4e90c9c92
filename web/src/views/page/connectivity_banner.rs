//! Said across the page while there is no network.

use countermand_console::text::network as text;
use leptos::prelude::*;

use crate::{
    console::connectivity::{Connectivity, Reach},
    language,
};

/// A banner; nothing while there is a network.
#[component]
pub(crate) fn ReachBanner() -> impl IntoView {
    let connectivity = Connectivity::shared();
    let said = move || {
        language::current();
        match connectivity.reach.get() {
            Reach::Online => None,
            Reach::HostAway => Some(text::host_away()),
            Reach::Offline => Some(text::offline()),
        }
    };
    view! {
        <div role="status">{move || said().map(|said| view! { <p class="reach" data-icon="unread">{said}</p> })}</div>
    }
    .into_any()
}
