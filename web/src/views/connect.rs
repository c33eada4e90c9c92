//! The screen on which a connection is chosen or entered.

use leptos::prelude::*;

use super::{app::Door, connection_form::ConnectionForm, demos::Demos};
use crate::text;

/// Choose a demo, or enter a connection.
#[component]
pub(super) fn Connect() -> impl IntoView {
    let door = expect_context::<Door>();
    view! {
        <div class="connect">
            <div class="hero">
                <h1>{text::product()}</h1>
                <p class="lead">{text::tagline()}</p>
            </div>
            <div role="status" class="status">
                {move || door.notice.get().map(|notice| view! { <p class="notice" data-tone="quiet">{notice}</p> })}
            </div>
            <Demos/>
            <ConnectionForm/>
        </div>
    }
}
