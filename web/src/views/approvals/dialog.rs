//! What another operator asks for, and the choice. The focus starts on the harmless one.

use countermand_console::{
    approval::Approval,
    text::{self, approvals as words},
};
use countermand_relay_api::Decision;
use leptos::prelude::*;

use crate::{
    console::Console,
    views::{
        approvals::asked_list::asked_list, elements::modal::Modal, review::body as review_parts,
    },
};

/// The most devices that are named, of those on which everything is to be cancelled.
const NAMED: usize = 200;

/// The targets as their asker reviewed them; approve, decline, or decide later.
#[component]
pub(crate) fn ApprovalDialog(approval: Approval) -> impl IntoView {
    let console = Console::shared();
    let close = move || console.approvals.close();
    let busy = RwSignal::new(false);
    let failed = RwSignal::new(None::<String>);
    let by = approval.by.clone();
    let id = approval.id.clone();
    let found = move |all: &[Approval]| {
        let waits = |one: &&Approval| one.id == id && one.waits();
        all.iter().find(waits).cloned()
    };
    let newest = Memo::new(move |_| console.approvals.waiting.with(|all| found(all)));
    // The server may still be reading it at the provider.
    let current = Memo::new(move |before: Option<&Approval>| {
        let known = before.cloned().unwrap_or_else(|| approval.clone());
        newest.get().unwrap_or(known)
    });
    let title = Signal::derive({
        let by = by.clone();
        move || words::title(&by, current.with(Approval::count))
    });
    let count = move || current.with(|one| one.count().max(one.everything.len()));
    let illegible = move || current.with(|one| one.illegible);
    let unread = move || current.with(|one| one.unread);
    let decide = move |decision| decide(console, current, decision, busy, failed);
    let off = move || busy.get() || newest.with(Option::is_none);
    let cannot_approve = move || off() || illegible() != 0 || unread() != 0;
    view! {
        <Modal id="approval-title" title=title class="dialog review" fallback="commands" on_close=close>
            <div class="dialog-body" tabindex="0" role="group" aria-labelledby="approval-title">
                {move || current.with(|one| {
                    let rules = console.connection.severity_rules();
                    review_parts::body(&one.review(console.connection.provider(), &rules), console)
                })}
                {move || current.with(|one| everything(one, console))}
                {asked_list(current, console)}
            </div>
            <p class="hint">{words::responsible(&by)}</p>
            {warnings(current, newest)}
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
                    {move || words::approve(count())}
                </button>
            </div>
        </Modal>
    }
}

/// Decides, one decision at a time, and closes the dialog where that worked.
fn decide(
    console: Console,
    current: Memo<Approval>,
    decision: Decision,
    busy: RwSignal<bool>,
    failed: RwSignal<Option<String>>,
) {
    if busy.get_untracked() {
        return;
    }
    busy.set(true);
    failed.set(None);
    leptos::task::spawn_local(async move {
        let Some(approval) = current.try_get_untracked() else {
            return;
        };
        match console.approvals.decide(&approval, decision).await {
            Ok(said) => {
                console.approvals.close();
                console.announcer.say(said);
            }
            Err(why) => drop(failed.try_set(Some(why))),
        }
        busy.try_set(false);
    });
}

/// What speaks against approving it, and that somebody has decided.
fn warnings(current: Memo<Approval>, newest: Memo<Option<Approval>>) -> AnyView {
    let warned = move |count: fn(&Approval) -> usize, words: fn(usize) -> String| {
        let count = current.with(count);
        (count > 0)
            .then(|| view! { <p class="notice in-dialog" data-tone="warning">{words(count)}</p> })
    };
    let decided = move || {
        newest
            .with(Option::is_none)
            .then(|| view! { <p class="notice in-dialog" data-tone="quiet">{words::decided()}</p> })
    };
    view! {
        {move || warned(|one| one.illegible, words::illegible)}
        {move || warned(Approval::not_waiting, words::not_waiting)}
        <div role="status">
            {move || warned(|one| one.unread, words::unread)}
            {decided}
        </div>
    }
    .into_any()
}

/// The devices on which everything pending is to be cancelled.
fn everything(approval: &Approval, console: Console) -> AnyView {
    let count = approval.everything.len();
    if count == 0 {
        return ().into_any();
    }
    let devices: Vec<String> = approval
        .everything
        .iter()
        .take(NAMED)
        .map(|device| console.table.device_called(device))
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
