//! What a state, an error or a stop decides about a target.

use countermand_core_model::{
    CancelOutcome, CancelReport, Command, CommandState, ProviderDetail, Timestamp,
};
use countermand_transport::{ApiError, ApiErrorKind};

use crate::{StopReason, error_chain};

/// The outcome of a target in this state where no cancel is needed or possible; none where one is sent.
///
/// A command whose state is unknown is sent one: it was named, and the reading afterwards decides.
pub(crate) const fn before_cancel(state: CommandState) -> Option<CancelOutcome> {
    match state {
        CommandState::Pending | CommandState::Unknown => None,
        CommandState::Sent => Some(CancelOutcome::AlreadyDelivered),
        CommandState::Succeeded
        | CommandState::Failed
        | CommandState::Cancelled
        | CommandState::Expired
        | CommandState::TimedOut => Some(CancelOutcome::AlreadyFinished),
    }
}

/// Does a run that stopped leave its row open, for whoever resumes it? What was not sent can be sent then, what is
/// in doubt can be read again, and what a key may not do, another may.
pub(crate) fn is_left_open(outcome: CancelOutcome, stopped: Option<&StopReason>) -> bool {
    let is_refused_key = stopped == Some(&StopReason::TooManyDenials);
    let could_go_on = outcome.may_retry(Some(CommandState::Pending));
    could_go_on && stopped.is_some() || outcome == CancelOutcome::Denied && is_refused_key
}

/// Writes into `report` that the target could not be read before, so that no cancel is sent.
pub(crate) fn refused_before(report: &mut CancelReport, error: &ApiError) {
    report.outcome = refusal(error).unwrap_or(CancelOutcome::NotSent);
    report.set_detail(detail_of(error));
}

/// Returns what the provider said, with the error as its message if it said none.
pub(super) fn detail_of(error: &ApiError) -> ProviderDetail {
    let mut detail = error.word().clone();
    detail.message.get_or_insert_with(|| error_chain(error));
    detail
}

/// The outcome where the vendor itself refused this target. A refusal of the whole connection is none.
pub(crate) fn refusal(error: &ApiError) -> Option<CancelOutcome> {
    match error.kind() {
        ApiErrorKind::NotFound => Some(CancelOutcome::NotFound),
        ApiErrorKind::Denied => Some(CancelOutcome::Denied),
        ApiErrorKind::Rejected => Some(CancelOutcome::Rejected),
        _ => None,
    }
}

/// Was a command that the plan did not hold among "everything that waits" when the one call arrived? It
/// still waits, or it was given after the plan looked and is cancelled.
pub(crate) fn was_meant(command: &Command, newest_seen: Option<Timestamp>) -> bool {
    match command.state {
        CommandState::Pending => true,
        CommandState::Cancelled => command.created_at > newest_seen,
        _ => false,
    }
}
