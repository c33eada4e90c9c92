//! Why a request is no call.

/// Why a request is no call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ParseError {
    /// There is no such endpoint or organization.
    Unknown,
    /// A parameter is missing, repeated, unknown or invalid. A malformed part never counts as absent.
    Malformed,
    /// The endpoint takes another method: which.
    Method(&'static str),
}
