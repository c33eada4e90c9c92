//! What another operator asks for, and the choice. The focus starts on the harmless one.

use leptos::prelude::*;

use super::{modal::Modal, review_list::whole_list, review_parts};
use crate::{
    console::{Console, approving::Decision},
    state::approval::Approval,
    text::{self, approvals as words},
};

/// So many devices are named of which everything is meant.
const NAMED: usize = 200;

/// The targets as their asker reviewed them; approve, decline, or decide later.
#[component]
pub(super) fn ApprovalDialog(
    /// The approval.
    approval: Approval,
) -> impl IntoView {
    let console = Console::shared();
    let close = move || console.judged.set(None);
    let review = RwSignal::new(Some(approval.review(console.provider())));
    let busy = RwSignal::new(false);
    let failed = RwSignal::new(None::<String>);
    let id = approval.id.clone();
    let is_open = Memo::new(move |_| {
        console
            .approvals
            .with(|all| all.iter().any(|one| one.id == id))
    });
    let count = approval.count().max(approval.everything.len());
    let title = words::title(&approval.by, approval.count());
    let illegible = approval.illegible;
    let responsible = words::responsible(&approval.by);
    let everything = everything(&approval);
    let approval = StoredValue::new(approval);
    let decide = move |decision: Decision| {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        failed.set(None);
        leptos::task::spawn_local(async move {
            let Some(approval) = approval.try_get_value() else {
                return;
            };
            match console.decide(&approval, decision).await {
                Ok(said) => {
                    close();
                    console.say(said);
                }
                Err(why) => drop(failed.try_set(Some(why))),
            }
            busy.try_set(false);
        });
    };
    let off = move || busy.get() || !is_open.get();
    let cannot_approve = move || off() || illegible != 0;
    view! {
        <Modal id="approval-title" title=title class="dialog review" fallback="commands" on_close=close>
            <div class="dialog-body" tabindex="0" role="group" aria-labelledby="approval-title">
                {move || review.with(|review| review.as_ref().map(review_parts::body))}
                {everything}
                {whole_list(review)}
            </div>
            <p class="hint">{responsible}</p>
            {(illegible != 0).then(|| view! { <p class="notice in-dialog" data-tone="warning">{words::illegible(illegible)}</p> })}
            <div role="status">
                {move || (!is_open.get()).then(|| view! { <p class="notice in-dialog" data-tone="quiet">{words::decided()}</p> })}
            </div>
            {move || failed.get().map(|why| view! { <p class="notice in-dialog" data-tone="bad" role="alert">{why}</p> })}
            <div class="actions">
                <button type="button" class="button" autofocus on:click=move |_| close()>{words::later()}</button>
                <button
                    type="button"
                    class="button"
                    id="approval-decline"
                    disabled=off
                    on:click=move |_| decide(Decision::Decline)
                >
                    {words::decline()}
                </button>
                <button
                    type="button"
                    class="button danger"
                    id="approval-approve"
                    disabled=cannot_approve
                    on:click=move |_| decide(Decision::Approve)
                >
                    {words::approve(count)}
                </button>
            </div>
        </Modal>
    }
}

/// The devices of which everything that waits is meant.
fn everything(approval: &Approval) -> AnyView {
    let count = approval.everything.len();
    if count == 0 {
        return ().into_any();
    }
    let devices: Vec<String> = approval
        .everything
        .iter()
        .take(NAMED)
        .map(text::short)
        .collect();
    let more = count.saturating_sub(NAMED);
    let more = (more > 0).then(|| text::review::and_more(more));
    view! {
        <div class="promise" data-strong="">
            <h3>{words::everything_on(count)}</h3>
            <p class="mono">{devices.join(", ")} " " {more}</p>
        </div>
    }
    .into_any()
}
