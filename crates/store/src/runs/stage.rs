//! Where a run stands with its approval.

use countermand_core_model::Timestamp;

/// Where a run stands with the approval of a second person.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RunApproval {
    /// Where.
    pub stage: ApprovalStage,
    /// Since when.
    pub at: Timestamp,
    /// Who decided.
    pub decided_by: Option<String>,
    /// The SHA-256 of the plan that is approved, once it was read.
    pub sha256: Option<String>,
}

/// Where an approval stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ApprovalStage {
    /// The plan is being read at the provider, so that nobody decides yet.
    Reading,
    /// Nobody has decided.
    Waiting,
    /// As it was read, no second person has to approve it.
    Unneeded,
    /// A second person approved.
    Approved,
    /// Somebody declined.
    Declined,
    /// It was taken back before it began.
    Withdrawn,
    /// Nobody decided in time, or it was not begun in time.
    Expired,
}

impl ApprovalStage {
    const ALL: [Self; 7] = [
        Self::Reading,
        Self::Waiting,
        Self::Unneeded,
        Self::Approved,
        Self::Declined,
        Self::Withdrawn,
        Self::Expired,
    ];

    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Reading => "reading",
            Self::Waiting => "waiting",
            Self::Unneeded => "unneeded",
            Self::Approved => "approved",
            Self::Declined => "declined",
            Self::Withdrawn => "withdrawn",
            Self::Expired => "expired",
        }
    }

    pub(crate) fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|stage| stage.as_str() == text)
    }

    /// Returns whether a run may be sent that stands here.
    pub const fn is_granted(self) -> bool {
        matches!(self, Self::Unneeded | Self::Approved)
    }

    /// Returns whether it is not decided yet.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Reading | Self::Waiting)
    }
}
