//! The question before locking while cancels are going out.

use leptos::prelude::*;

use super::{app::Door, modal::Modal};
use crate::text;

/// Asks whether to lock all the same.
#[component]
pub(super) fn LockDialog() -> impl IntoView {
    let door = expect_context::<Door>();
    let keep = move || door.asking.set(false);
    view! {
        <Modal id="lock-title" title=text::lock_run_title().to_owned() class="dialog" fallback="content" on_close=keep>
            <p>{text::lock_run_body()}</p>
            <div class="actions">
                <button type="button" class="button" autofocus on:click=move |_| keep()>
                    {text::lock_run_keep()}
                </button>
                <button type="button" class="button danger" on:click=move |_| door.lock(text::locked())>
                    {text::lock_run_go()}
                </button>
            </div>
        </Modal>
    }
}
