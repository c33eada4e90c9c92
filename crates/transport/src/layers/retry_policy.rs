//! What is retried, how often and for how long.

use std::time::Duration;

use bytes::Bytes;
use http::{Response, StatusCode, header::CONTENT_TYPE};

use crate::{Delivery, HeldBack, Hold, RequestClass, TransportError, TransportErrorKind};

/// How often and for how long a call is tried.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RetryPolicy {
    /// Attempts in all, the first one among them; 0 counts as 1. 5 unless set.
    pub max_attempts: u32,
    /// The time from the end of the first attempt within which the last has to begin, waits included. 30 s
    /// unless set.
    ///
    /// An attempt under way is not cut off: its answer is worth more than the budget, and
    /// [`Timeout`](crate::Timeout) limits it.
    pub budget: Duration,
    /// The first wait between two attempts; it doubles with every further one. 200 ms unless set.
    ///
    /// A wait is between half of it and all of it, so that many clients do not retry at once.
    pub base_backoff: Duration,
    /// The longest wait. 5 s unless set.
    pub max_backoff: Duration,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self {
            max_attempts: 5,
            budget: Duration::from_secs(30),
            base_backoff: Duration::from_millis(200),
            max_backoff: Duration::from_secs(5),
        }
    }
}

/// Returns whether a request of this class can be sent again after this result.
pub(super) fn may_be_repeated(
    class: RequestClass,
    result: &Result<Response<Bytes>, TransportError>,
) -> bool {
    match result {
        Ok(response) => {
            let class = match HeldBack::is(response) {
                // The request itself was not sent yet.
                true => RequestClass::Read,
                false => class,
            };
            status_may_pass(class, response.status())
                || (class == RequestClass::Read && is_a_page_for_people(response))
        }
        Err(error) => failure_may_pass(class, error.kind()),
    }
}

fn status_may_pass(class: RequestClass, status: StatusCode) -> bool {
    match status {
        // Both say that the request was not executed.
        StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => true,
        StatusCode::INTERNAL_SERVER_ERROR
        | StatusCode::BAD_GATEWAY
        | StatusCode::GATEWAY_TIMEOUT => class == RequestClass::Read,
        _ => false,
    }
}

/// No API answers so: a proxy did, and may not at the next attempt.
fn is_a_page_for_people(response: &Response<Bytes>) -> bool {
    response.status().is_success()
        && response
            .headers()
            .get(CONTENT_TYPE)
            .is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"))
}

fn failure_may_pass(class: RequestClass, kind: TransportErrorKind) -> bool {
    let may_help = match kind {
        TransportErrorKind::Connect
        | TransportErrorKind::HeldBack(Hold::Transient)
        | TransportErrorKind::Fetch
        | TransportErrorKind::Timeout
        | TransportErrorKind::Interrupted
        | TransportErrorKind::Truncated => true,
        TransportErrorKind::InvalidRequest
        | TransportErrorKind::Untrusted
        | TransportErrorKind::ProxyRefused
        | TransportErrorKind::HeldBack(Hold::Refused | Hold::Lasting)
        | TransportErrorKind::Paused
        | TransportErrorKind::Stopped
        | TransportErrorKind::TooLarge
        | TransportErrorKind::Redirected => false,
    };
    may_help && (class == RequestClass::Read || kind.delivery() == Delivery::NotSent)
}
