//! The question before locking while cancels are going out.

use countermand_console::text::{self, profiles};
use leptos::prelude::*;

use crate::{
    console::connection_session::{ConnectionSession, Leaving},
    views::elements::modal::Modal,
};

/// Asks whether to lock all the same.
#[component]
pub(crate) fn LockDialog() -> impl IntoView {
    let session = ConnectionSession::shared();
    let keep = move || session.stay();
    // Locked is the safer of the two, where it is not known what was asked.
    let go = move |_| session.leave_now(session.asking.get_untracked().unwrap_or(Leaving::Lock));
    let title = Signal::derive(move || match session.asking.get() {
        Some(Leaving::Switch(_) | Leaving::Relayed(_)) => profiles::switch_run_title().to_owned(),
        Some(Leaving::SignOut) => text::relay::leave_run_title().to_owned(),
        Some(Leaving::Back) => text::leave_key_title().to_owned(),
        _ => text::lock_run_title().to_owned(),
    });
    // Only Back is asked about where no run is active.
    let runs = move || session.run_is_active.get();
    let body = move || {
        if runs() {
            text::lock_run_body()
        } else {
            text::leave_key_body()
        }
    };
    let stay = move || {
        if runs() {
            text::lock_run_keep()
        } else {
            text::leave_key_keep()
        }
    };
    view! {
        <Modal id="lock-title" title=title class="dialog" fallback="content" on_close=keep>
            <p>{body}</p>
            <div class="actions">
                <button type="button" class="button" autofocus on:click=move |_| keep()>
                    {stay}
                </button>
                <button type="button" class="button danger" on:click=go>
                    {move || match session.asking.get() {
                        Some(Leaving::Switch(_) | Leaving::Relayed(_)) => profiles::switch_run_go(),
                        Some(Leaving::SignOut) => text::relay::leave_run_go(),
                        Some(Leaving::Back) if runs() => text::leave_run_go(),
                        Some(Leaving::Back) => text::leave_key_go(),
                        _ => text::lock_run_go(),
                    }}
                </button>
            </div>
        </Modal>
    }
}
