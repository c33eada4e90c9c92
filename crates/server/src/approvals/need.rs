//! What a cancel needs before it may leave.

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
