//! What another operator asks for, and the choice. The focus starts on the harmless one.

use countermand_console::{
    approval::Approval,
    brake::summary_of,
    text::{approvals as words, brake},
};
use countermand_relay_api::{Decision, SweepTerms};
use leptos::prelude::*;

use crate::{
    console::Console,
    platform::intl,
    views::{
        approvals::asked_list::asked_list, elements::modal::Modal, review::body as review_parts,
    },
};

/// The targets as their asker reviewed them; approve, decline, or decide later.
#[component]
pub(crate) fn ApprovalDialog(approval: Approval) -> impl IntoView {
    let console = Console::shared();
    let close = move || console.approvals.close();
    let busy = RwSignal::new(false);
    let failed = RwSignal::new(None::<String>);
    let id = approval.id.clone();
    let still_waits = Memo::new(move |_| {
        let mut all = console.approvals.waiting.get().into_iter();
        all.any(|one| one.id == id)
    });
    // The server may still be reading it at the provider.
    let current = Memo::new(move |_| {
        let newest = console.approvals.current.get();
        newest.unwrap_or_else(|| approval.clone())
    });
    let title = Signal::derive(move || current.with(|one| one.title(false)));
    let decide = move |decision| decide(console, current, decision, busy, failed);
    let off = move || busy.get() || !still_waits.get();
    let is_unclear = move |one: &Approval| {
        let sweep = one.sweep.as_ref();
        sweep.is_some_and(|sweep| in_words(sweep, console).is_none())
    };
    let cannot_approve = move || {
        off() || current.with(|one| one.illegible != 0 || one.is_reading || is_unclear(one))
    };
    view! {
        <Modal id="approval-title" title=title class="dialog review" fallback="commands" on_close=close>
            <div class="dialog-body" tabindex="0" role="group" aria-labelledby="approval-title">
                {move || current.with(notes)}
                {move || current.with(|one| {
                    if let Some(sweep) = &one.sweep {
                        return asked_sweep(sweep, console);
                    }
                    let rules = console.connection.severity_rules();
                    review_parts::body(&one.review(console.connection.provider(), &rules), console)
                })}
                {asked_list(current, console)}
            </div>
            <p class="hint">{move || current.with(Approval::responsible)}</p>
            {warnings(current, still_waits)}
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
                    {move || current.with(Approval::approve)}
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

/// What a brake would cancel. What this page does not understand it does not show in part.
fn asked_sweep(sweep: &SweepTerms, console: Console) -> AnyView {
    match in_words(sweep, console) {
        Some(said) => view! {
            <h3>{brake::asked_what()}</h3>
            <p class="brake-summary">{said}</p>
        }
        .into_any(),
        None => {
            view! { <p class="notice" data-tone="warning">{words::illegible(1)}</p> }.into_any()
        }
    }
}

fn in_words(sweep: &SweepTerms, console: Console) -> Option<String> {
    summary_of(sweep, &console.connection.organization(), intl::local_short)
}

/// Why it is asked for, and the ticket that it belongs to.
fn notes(approval: &Approval) -> AnyView {
    let notes = approval.notes().into_iter();
    notes
        .map(|note| view! { <p class="run-note">{note}</p> })
        .collect_view()
        .into_any()
}

/// What speaks against approving it, and that somebody has decided.
fn warnings(current: Memo<Approval>, still_waits: Memo<bool>) -> AnyView {
    let warned = move |count: fn(&Approval) -> usize, words: fn(usize) -> String| {
        let count = current.with(count);
        (count > 0)
            .then(|| view! { <p class="notice in-dialog" data-tone="warning">{words(count)}</p> })
    };
    let reading = move || {
        current.with(|one| one.is_reading).then(
            || view! { <p class="notice in-dialog" data-tone="warning">{words::reading()}</p> },
        )
    };
    let decided = move || {
        (!still_waits.get())
            .then(|| view! { <p class="notice in-dialog" data-tone="quiet">{words::decided()}</p> })
    };
    view! {
        {move || warned(|one| one.illegible, words::illegible)}
        {move || warned(Approval::not_waiting, words::not_waiting)}
        <div role="status">{reading} {decided}</div>
    }
    .into_any()
}
