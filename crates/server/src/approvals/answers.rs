//! What a cancel needs, and why a request or a decision is not taken.

use countermand_core_model::InvalidValue;

/// Why a request for approval is not taken.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RequestError {
    /// It names no valid target.
    #[error(transparent)]
    Invalid(#[from] InvalidValue),
    /// Too many requests are kept or were made.
    #[error("{0}")]
    Full(&'static str),
    /// It cannot be written to the audit.
    #[error("It cannot be written down.")]
    Unwritten,
}

/// Why a decision is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DecisionError {
    /// There is no such request.
    Unknown,
    /// It was decided before, or waited too long.
    Over,
    /// The requester tries to approve or decline.
    Yourself,
    /// Only the requester or the approver can withdraw.
    OnlyWhoAsked,
    /// Not everything was read at the provider yet.
    Unread,
    /// It cannot be written to the audit.
    Unwritten,
}

/// What a cancel needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ApprovalNeed {
    /// Nothing: one person may send it.
    Nothing,
    /// It was approved, by the request with this id.
    Approved(String),
    /// A second person has to approve.
    Approval,
    /// It was approved, but the command differs from what was approved.
    Changed,
}
