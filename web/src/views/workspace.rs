//! The screen of an open connection: its devices, their commands, and runs.

pub(crate) mod print_head;
pub(crate) mod session_ended;

use countermand_console::{language::Language, text};
use leptos::prelude::*;

use crate::{
    console::{
        Console, connection::OpenConnection, connection_session::ConnectionSession,
        connectivity::Connectivity,
    },
    language,
    platform::{clock, cooperative_yield::breathe, first_screen, visible},
    views::{
        approvals::Approvals,
        approvals::dialog::ApprovalDialog,
        brake::BrakeDialog,
        brake::{alarm, rules},
        commands::Commands,
        commands::details::DetailsDialog,
        devices::Devices,
        devices::picker::Picker,
        firing::section::Firing,
        page::language::in_language,
        review::dialog::ReviewDialog,
        review::org_scan::OrgScanDialog,
        run::panel::RunPanel,
        run::server_runs::ServerRunList,
        run::unfinished::UnfinishedRuns,
        workspace::print_head::PrintHead,
        workspace::session_ended::SessionEnded,
    },
};

/// Everything that can be done over a connection.
#[component]
pub(crate) fn Workspace(
    /// The connection.
    open: OpenConnection,
    /// Its stores.
    console: Console,
) -> impl IntoView {
    let session = ConnectionSession::shared();
    let head = open;
    provide_context(console);
    let named = Memo::new(move |_| console.table.named_devices());
    Effect::new(move |_| console.table.write_address(named));
    Effect::new(move |_| console.details.follow());
    Effect::new(move |opened: Option<bool>| {
        let is_settled = first_screen::is_settled();
        if is_settled && opened != Some(true) {
            console.journals.open();
        }
        is_settled
    });
    clock::every(5_000, move || {
        console.clock.tick();
        console.reader.announce();
    });
    clock::every(2_000, move || console.run.announce());
    clock::every(1_000, move || {
        console.auto_refresh.tick();
        session.check_signed_in(console);
    });
    let running = Memo::new(move |_| console.run.status.with(Option::is_some));
    if console.connection.may_approve() {
        visible::every(5_000, move || console.approvals.refresh());
        visible::every(15_000, move || console.brake_rules.refresh());
    }
    if console.connection.has_server_runs() {
        visible::every(5_000, move || console.server_runs.refresh());
        visible::every(5_000, move || console.watching.refresh());
        console.show_named_run();
    }
    // Names come once the commands are there: those are what is waited for.
    let is_read = Memo::new(move |_| {
        console
            .table
            .fleet
            .with(|fleet| (fleet.going() == 0, fleet.len()))
    });
    Effect::new(move |_| {
        if is_read.get().0 {
            console.devices.learn_names();
        }
    });
    let connectivity = Connectivity::shared();
    Effect::new(move |was_offline: Option<bool>| {
        let is_offline = connectivity.is_offline();
        // What failed for want of a network is tried again when there is one.
        if was_offline == Some(true) && !is_offline {
            console.reader.retry_failed();
        }
        is_offline
    });
    Effect::new(move |spoken: Option<Language>| {
        let current = language::current();
        if spoken.is_some_and(|spoken| spoken != current) {
            console.announcer.clear();
        }
        current
    });
    in_language(move || drawn(console, head.clone(), running))
}

fn drawn(console: Console, head: OpenConnection, running: Memo<bool>) -> AnyView {
    view! {
        <div class="workspace">
            <h1 class="unseen">{head.name.clone()}</h1>
            {viewer(&head)}
            <SessionEnded/>
            {move || has(first_screen::is_settled(), || view! { <PrintHead open=head.clone()/> }.into_any())}
            {move || has(first_screen::is_settled(), || alarm::alarm(console))}
            <div class="work-head">
                {in_turn(2, || view! { <Devices/> }.into_any())}
                {in_turn(1, || view! { <Firing/> }.into_any())}
            </div>
            {move || has(first_screen::is_settled(), || view! { <Approvals/> {rules::rules(console)} <ServerRunList/> <UnfinishedRuns/> }.into_any())}
            {move || has(running.get(), || view! { <RunPanel/> }.into_any())}
            {in_turn(1, || view! { <Commands/> }.into_any())}
            <div class="unseen" aria-live="polite" id="polite">{move || console.announcer.polite.get()}</div>
            <div class="unseen" aria-live="assertive" id="assertive">{move || console.announcer.assertive.get()}</div>
            {move || has(first_screen::is_settled(), || view! { <Dialogs/> }.into_any())}
        </div>
    }
    .into_any()
}

/// Who may only look is told so.
fn viewer(open: &OpenConnection) -> AnyView {
    if open.may_cancel() {
        ().into_any()
    } else {
        view! { <p class="notice viewer" data-tone="quiet" data-icon="shield">{text::relay::viewer_hint()}</p> }.into_any()
    }
}

/// Draws `view` in a task of its own after so many others: an answer that comes meanwhile does not wait for all of
/// them.
fn in_turn(after: u8, view: fn() -> AnyView) -> AnyView {
    let is_due = RwSignal::new(false);
    leptos::task::spawn_local(async move {
        for _ in 0..after {
            breathe().await;
        }
        // The connection may be closed by now.
        is_due.try_set(true);
    });
    (move || has(is_due.get(), view)).into_any()
}

fn has(there: bool, view: impl FnOnce() -> AnyView) -> AnyView {
    if there { view() } else { ().into_any() }
}

/// The dialogs, each while it is open.
#[component]
fn Dialogs() -> impl IntoView {
    let console = Console::shared();
    let picking = Memo::new(move |_| console.devices.picker.with(Option::is_some));
    let listing = Memo::new(move |_| console.review.org_scan.with(Option::is_some));
    let braking = Memo::new(move |_| console.brake.screen.with(Option::is_some));
    let reviewing = Memo::new(move |_| console.review.current.with(Option::is_some));
    // What is loaded of it later changes the dialog, and opens no other one.
    let judged = Memo::new(move |_| {
        let current = console.approvals.current;
        current.look(|approval| Some(approval.id.clone()))
    });
    view! {
        {move || has(picking.get(), || view! { <Picker/> }.into_any())}
        {move || has(listing.get(), || view! { <OrgScanDialog/> }.into_any())}
        {move || has(braking.get(), || view! { <BrakeDialog/> }.into_any())}
        {move || has(reviewing.get(), || view! { <ReviewDialog/> }.into_any())}
        {move || match judged.get().and_then(|_| console.approvals.current.get_untracked()) {
            Some(approval) => view! { <ApprovalDialog approval/> }.into_any(),
            None => ().into_any(),
        }}
        {move || match console.details.command.get() {
            Some(command) => view! { <DetailsDialog command/> }.into_any(),
            None => ().into_any(),
        }}
    }
}
