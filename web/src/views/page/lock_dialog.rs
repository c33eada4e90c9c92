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
        _ => text::lock_run_title().to_owned(),
    });
    view! {
        <Modal id="lock-title" title=title class="dialog" fallback="content" on_close=keep>
            <p>{text::lock_run_body()}</p>
            <div class="actions">
                <button type="button" class="button" autofocus on:click=move |_| keep()>
                    {text::lock_run_keep()}
                </button>
                <button type="button" class="button danger" on:click=go>
                    {move || match session.asking.get() {
                        Some(Leaving::Switch(_) | Leaving::Relayed(_)) => profiles::switch_run_go(),
                        Some(Leaving::SignOut) => text::relay::leave_run_go(),
                        _ => text::lock_run_go(),
                    }}
                </button>
            </div>
        </Modal>
    }
}
