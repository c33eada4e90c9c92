//! What a state, an error or a stop decides about a target.

use countermand_core_model::{
    CancelOutcome, CancelReport, Command, CommandState, ProviderDetail, Timestamp,
};
use countermand_transport::{ApiError, ApiErrorKind};

use crate::{StopReason, error_chain};

/// Returns the outcome of a target in this state for which no cancel is sent; `None` if one is.
///
/// A command whose state is unknown is sent one, and the reading afterwards decides.
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

/// Returns whether a stopped run leaves a row open to be resumed: what was not sent can be sent, what is in doubt can
/// be read, and another key may be allowed to do what this one was denied.
pub(crate) fn is_left_open(outcome: CancelOutcome, stopped: Option<&StopReason>) -> bool {
    let is_refused_key = stopped == Some(&StopReason::TooManyDenials);
    let could_go_on = outcome.may_retry(Some(CommandState::Pending));
    could_go_on && stopped.is_some() || outcome == CancelOutcome::Denied && is_refused_key
}

/// Reports that a target could not be read, so that no cancel is sent.
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

/// Returns the outcome if the provider refused this target rather than the whole connection.
pub(crate) fn refusal(error: &ApiError) -> Option<CancelOutcome> {
    match error.kind() {
        ApiErrorKind::NotFound => Some(CancelOutcome::NotFound),
        ApiErrorKind::Denied => Some(CancelOutcome::Denied),
        ApiErrorKind::Rejected => Some(CancelOutcome::Rejected),
        _ => None,
    }
}

/// Returns whether a command beyond the plan was pending when the one call for everything arrived: it is still
/// pending, or it was created after the plan was made and is cancelled.
pub(crate) fn is_covered_by_call(command: &Command, newest_seen: Option<Timestamp>) -> bool {
    match command.state {
        CommandState::Pending => true,
        CommandState::Cancelled => command.created_at > newest_seen,
        _ => false,
    }
}
