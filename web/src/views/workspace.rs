//! The screen of an open connection: its devices, their commands, and runs.

use countermand_console::{language::Language, text};
use leptos::prelude::*;

use super::{
    approval_dialog::ApprovalDialog, approvals::Approvals, commands::Commands,
    details::DetailsDialog, devices::Devices, language::in_language, org_scan::OrgScanDialog,
    picker::Picker, print_head::PrintHead, review_dialog::ReviewDialog, run_panel::RunPanel,
    session_ended::SessionEnded, timeline::Firing, unfinished::UnfinishedRuns,
};
use crate::{
    console::{Console, Session, door::Door},
    language,
    platform::{clock, visible},
};

/// Everything that can be done over a connection.
#[component]
pub(super) fn Workspace(
    /// The connection.
    session: Session,
) -> impl IntoView {
    let door = Door::shared();
    let head = session.clone();
    let console = Console::new(session);
    provide_context(console);
    door.console.set(Some(console));
    console.follow_address();
    let hash = window_event_listener(leptos::ev::hashchange, move |_| console.follow_address());
    on_cleanup(move || hash.remove());
    Effect::new(move |_| console.write_address());
    console.choose(
        console
            .first_devices()
            .into_iter()
            .map(|device| (device, None))
            .collect(),
    );
    console.find_journals();
    clock::every(5_000, move || console.now.set(clock::now()));
    clock::every(2_000, move || console.say_progress());
    clock::every(1_000, move || {
        console.tick();
        let ended = console.is_signed_out();
        if ended != door.signed_out.get_untracked() {
            door.signed_out.set(ended);
        }
    });
    let running = Memo::new(move |_| console.run.with(Option::is_some));
    if console.may_approve() {
        visible::every(5_000, move || console.find_approvals());
    }
    Effect::new(move |_| door.run_goes_on.set(console.run_goes_on()));
    Effect::new(move |spoken: Option<Language>| {
        let current = language::current();
        // What was said in another language is not said again.
        if spoken.is_some_and(|spoken| spoken != current) {
            console.polite.set(String::new());
            console.assertive.set(String::new());
        }
        current
    });
    in_language(move || drawn(console, head.clone(), running))
}

fn drawn(console: Console, head: Session, running: Memo<bool>) -> AnyView {
    view! {
        <div class="workspace">
            <h1>{head.name.clone()}</h1>
            {viewer(&head)}
            <SessionEnded/>
            <PrintHead session=head/>
            <div class="panels">
                <Devices/>
                <div class="main">
                    <Approvals/>
                    <UnfinishedRuns/>
                    {move || has(running.get(), || view! { <RunPanel/> }.into_any())}
                    <Firing/>
                    <Commands/>
                </div>
            </div>
            <div class="unseen" aria-live="polite" id="polite">{move || console.polite.get()}</div>
            <div class="unseen" aria-live="assertive" id="assertive">{move || console.assertive.get()}</div>
            <Dialogs/>
        </div>
    }
    .into_any()
}

/// Who may only look is told so.
fn viewer(session: &Session) -> AnyView {
    if session.may_cancel() {
        ().into_any()
    } else {
        view! { <p class="notice viewer" data-tone="quiet" data-icon="shield">{text::relay::viewer_hint()}</p> }.into_any()
    }
}

fn has(there: bool, view: impl FnOnce() -> AnyView) -> AnyView {
    if there { view() } else { ().into_any() }
}

/// The dialogs, each while it is open.
#[component]
fn Dialogs() -> impl IntoView {
    let console = Console::shared();
    let picking = Memo::new(move |_| console.picker.with(Option::is_some));
    let listing = Memo::new(move |_| console.everywhere.with(Option::is_some));
    let reviewing = Memo::new(move |_| console.review.with(Option::is_some));
    view! {
        {move || has(picking.get(), || view! { <Picker/> }.into_any())}
        {move || has(listing.get(), || view! { <OrgScanDialog/> }.into_any())}
        {move || has(reviewing.get(), || view! { <ReviewDialog/> }.into_any())}
        {move || match console.judged.get() {
            Some(approval) => view! { <ApprovalDialog approval/> }.into_any(),
            None => ().into_any(),
        }}
        {move || match console.details.get() {
            Some(command) => view! { <DetailsDialog command/> }.into_any(),
            None => ().into_any(),
        }}
    }
}
