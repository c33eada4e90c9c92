//! A brake that a server drives: it goes on whatever happens here.

use std::time::Duration;

use countermand_client::{CancelReport, Plan, Sweep};
use countermand_relay_api::{Run, RunState};

use super::args::BrakeArgs;
use crate::{
    commands::{
        handing_over::{Handed, Order, check_limits, check_notes, hand_over},
        running::{self, NewJournal},
    },
    exit::{Doubt, Ended, Exit},
    failure::Failure,
    output::{count, print_rows, say},
    server::ServerClient,
    settings::Session,
    signals::Signals,
};

/// Refuses options that mean nothing without a server, or that a server does not know.
pub(super) fn check_options(has_server: bool, args: &BrakeArgs) -> Result<(), Failure> {
    if !has_server {
        return check_notes(args.reason.as_deref(), args.ticket.as_deref());
    }
    if args.spends_all() {
        return Err(Failure::usage(
            "--spend all cannot be used with --server: the server spends its own hourly number of requests.",
        ));
    }
    check_limits(args.concurrency, args.verify_for, Duration::ZERO)
}

/// Hands the sweep over, and waits for the end of its run.
pub(super) async fn run(
    session: &Session,
    server: &ServerClient,
    args: &BrakeArgs,
    sweep: Sweep,
    signals: &mut Signals,
) -> Result<Exit, Failure> {
    let journal = NewJournal::of_run(session, args.journal.as_deref(), args.no_journal)?;
    let plan = Plan::sweeping(sweep);
    let order = Order {
        plan: &plan,
        reason: args.reason.as_deref(),
        ticket: args.ticket.as_deref(),
        concurrency: args.concurrency,
        verify_for: args.verify_for,
        watch_for: Duration::ZERO,
        beside: args.beside,
        journal,
        output: args.output,
    };
    let over = match hand_over(session, server, order, signals).await? {
        Handed::Left(exit) => return Ok(exit),
        Handed::Over(over) => over,
    };
    let (run, watched, doubt) = *over;
    if !watched.reports.is_empty() {
        return Ok(running::tell(
            &session.redactor,
            args.output,
            watched,
            doubt,
        ));
    }
    found_nothing(args, &run, doubt)
}

/// Nothing was found to cancel.
fn found_nothing(args: &BrakeArgs, run: &Run, doubt: Doubt) -> Result<Exit, Failure> {
    print_rows::<CancelReport>(args.output, &[])?;
    if run.state == RunState::Stopped {
        let message = "The run was stopped; nothing was sent.";
        return Err(Failure::before_sending(message));
    }
    let looked_at = run.looked_at.unwrap_or_default();
    let looked_at = count(usize::try_from(looked_at).unwrap_or(usize::MAX), "device");
    match doubt.is_none() {
        true => say(&format!(
            "Looked at {looked_at}: nothing that matches is pending; nothing was sent."
        )),
        false => say(&format!("Looked at {looked_at}; nothing was sent.")),
    }
    Ok(Ended {
        reports: &[],
        doubt,
    }
    .exit())
}
