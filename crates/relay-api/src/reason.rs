//! The header by which an answer of the server itself is told from a provider's.

/// The header that every answer of the relay's own carries, with a [`Reason`]. A provider's answer never carries it.
pub const REASON_HEADER: &str = "countermand-relay";

/// Why the relay answers itself, as the value of [`REASON_HEADER`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// Nobody is signed in.
    SignIn,
    /// The person who is signed in may not do this.
    Forbidden,
    /// A second person has to approve first.
    Approval,
    /// The connection's budget of requests is used up.
    Rate,
    /// The audit cannot be written, so nothing was sent.
    Audit,
    /// The store cannot be used. Whether a run was taken in is not known: sent again, it is the same run.
    Store,
    /// The provider could not be reached or read. Nothing was sent.
    Unreachable,
    /// The provider's answer did not come through. The request may have been executed.
    Upstream,
    /// There is no such resource.
    NotFound,
    /// The server does not take this request.
    Refused,
}

impl Reason {
    /// Every reason.
    pub const ALL: [Self; 10] = [
        Self::SignIn,
        Self::Forbidden,
        Self::Approval,
        Self::Rate,
        Self::Audit,
        Self::Store,
        Self::Unreachable,
        Self::Upstream,
        Self::NotFound,
        Self::Refused,
    ];

    /// Returns the header's value.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SignIn => "sign-in",
            Self::Forbidden => "forbidden",
            Self::Approval => "approval",
            Self::Rate => "rate",
            Self::Audit => "audit",
            Self::Store => "store",
            Self::Unreachable => "unreachable",
            Self::Upstream => "upstream",
            Self::NotFound => "not-found",
            Self::Refused => "refused",
        }
    }

    /// Reads the header's value.
    pub fn from_header(value: &[u8]) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|reason| reason.as_str().as_bytes() == value)
    }
}
