//! What a failure of reqwest says about the request.

use crate::{TransportError, TransportErrorKind};

/// Before the head of an answer had come.
///
/// A kept connection that the server closed while the request went out counts as interrupted, too: whether
/// the server read the request first cannot be told.
pub(super) fn before_the_head(error: reqwest::Error) -> TransportError {
    let kind = if error.is_builder() {
        TransportErrorKind::InvalidRequest
    } else if error.is_connect() {
        // Also where connecting took too long: nothing was sent yet.
        TransportErrorKind::Connect
    } else {
        TransportErrorKind::Interrupted
    };
    with_cause(kind, error)
}

/// While the body was read, or unpacked.
pub(super) fn in_the_body(error: reqwest::Error) -> TransportError {
    with_cause(TransportErrorKind::Truncated, error)
}

/// The URL is left out: its query may be anything.
pub(super) fn with_cause(kind: TransportErrorKind, error: reqwest::Error) -> TransportError {
    TransportError::new(kind).with_source(error.without_url())
}
