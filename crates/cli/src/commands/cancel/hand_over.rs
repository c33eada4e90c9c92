//! Hands a plan over to a server, which drives the run.

use countermand_client::Plan;

use super::args::CancelArgs;
use crate::{
    commands::{
        handing_over::{Handed, Order, check_limits, check_notes, hand_over as hand_over_order},
        running::NewJournal,
    },
    failure::Failure,
    server::ServerClient,
    settings::Session,
    signals::Signals,
};

/// Refuses options that mean nothing without a server, or that a server does not know.
pub(super) fn check_options(has_server: bool, args: &CancelArgs) -> Result<(), Failure> {
    let refuse = |message: &str| Err(Failure::usage(message));
    if !has_server {
        return check_notes(args.reason.as_deref(), args.ticket.as_deref());
    }
    if args.sends_nothing() {
        return Ok(());
    }
    if args.allow_drift {
        return refuse(
            "--allow-drift cannot be used with --server, which reads each command before its cancel. Make the plan again.",
        );
    }
    if args.run.errors.limit().is_some() {
        return refuse(
            "--max-errors and --fail-fast cannot be used with --server. To stop a run there, use \"countermand runs stop ID\".",
        );
    }
    check_limits(
        args.run.pace.concurrency,
        args.run.verify_for,
        args.run.watch,
    )
}

/// Hands `plan` over, and waits for the end of the run.
pub(super) async fn hand_over(
    session: &Session,
    server: &ServerClient,
    args: &CancelArgs,
    plan: &Plan,
    journal: Option<NewJournal>,
    signals: &mut Signals,
) -> Result<Handed, Failure> {
    let order = Order {
        plan,
        reason: args.reason.as_deref(),
        ticket: args.ticket.as_deref(),
        concurrency: args.run.pace.concurrency,
        verify_for: args.run.verify_for,
        watch_for: args.run.watch,
        beside: false,
        journal,
        output: args.output,
    };
    hand_over_order(session, server, order, signals).await
}
