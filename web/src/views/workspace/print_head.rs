//! The heading of a printed report. It is not on the screen.

use countermand_console::{run_status::RunStatus, text::print as text};
use leptos::prelude::*;

use crate::{
    console::{Console, connection::OpenConnection},
    platform::{intl, printing},
};

/// The connection, the time and the counts.
#[component]
pub(crate) fn PrintHead(open: OpenConnection) -> impl IntoView {
    let console = Console::shared();
    let client = &open.client;
    let place = [
        client.provider().display_name().to_owned(),
        client.org().to_string(),
        client.base().to_string(),
    ]
    .join(" · ");
    let counts = move || console.run.status.look_untracked(RunStatus::polite);
    let name = open.name.clone();
    let printing = printing::watch();
    move || {
        if !printing.get() {
            return ().into_any();
        }
        view! {
            <div class="print-head">
                <p>{name.clone()} " · " {place.clone()}</p>
                <p>{text::printed(&intl::local(console.clock.now.get_untracked()))}</p>
                <p>{counts()}</p>
            </div>
        }
        .into_any()
    }
}
