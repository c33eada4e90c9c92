//! The ways to the brake.

use countermand_console::text::brake as words;
use leptos::prelude::*;

use crate::{console::connection_session::ConnectionSession, language, platform::focus};

/// The button in the page's head: always in reach of whoever may cancel.
pub(crate) fn button(session: ConnectionSession) -> AnyView {
    let may_cancel = session
        .console
        .with(|console| console.is_none_or(|console| console.connection.may_cancel()));
    if !may_cancel {
        return ().into_any();
    }
    view! {
        <button
            type="button"
            class="button danger-quiet"
            id="brake-open"
            data-icon="stop"
            title=words::open_hint()
            aria-haspopup="dialog"
            on:click=move |_| session.brake()
        >
            <span class="bar-word">{words::open()}</span>
        </button>
    }
    .into_any()
}

/// On the screen on which a connection is chosen: that the brake comes with the next one.
pub(crate) fn choice(session: ConnectionSession) -> AnyView {
    let notice = move || {
        language::current();
        session.wants_brake.get().then(|| {
            let leave = move |_| {
                session.want_brake(false);
                focus::soon("brake-open");
            };
            view! {
                <div class="notice brake-choice" data-tone="bad" id="brake-choice" tabindex="-1">
                    <p class="notice-title">{words::title()}</p>
                    <p>{words::choose_connection()}</p>
                    <button type="button" class="button small" on:click=leave>{words::choose_nothing()}</button>
                </div>
            }
            .into_any()
        })
    };
    notice.into_any()
}
