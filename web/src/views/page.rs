//! The frame of the page: what is there whether a connection is open or not.

pub(crate) mod about;
pub(crate) mod help_sheet;
pub(crate) mod language;
pub(crate) mod lock_dialog;
pub(crate) mod palette;
pub(crate) mod settings;
pub(crate) mod switcher;

use countermand_console::text::network as text;
use leptos::prelude::*;

use crate::console::connectivity::{Connectivity, Reach};

/// A banner; nothing while there is a network.
#[component]
pub(crate) fn ReachBanner() -> impl IntoView {
    let connectivity = Connectivity::shared();
    let said = move || {
        crate::language::current();
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
