//! The result of one request to cancel, as far as outcomes depend on it.

use std::time::Duration;

use countermand_core_model::{CancelAnswer, CancelOutcome, ProviderDetail};
use countermand_transport::{Answer, ApiError, ApiErrorKind, CancelEffect, TransportErrorKind};

use super::decide::{detail_of, refusal};

/// How a request to cancel ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum ResponseKind {
    /// The provider accepted it.
    Taken,
    /// It may have been accepted: there was no readable response.
    Lost,
    /// It was not sent, or the provider was too busy. It was not executed, which says nothing about the target.
    NotSent,
    /// It was not executed, for this reason.
    Refused(CancelOutcome),
}

/// The result of a request to cancel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CancelResponse {
    pub(crate) kind: ResponseKind,
    /// The whole connection was refused. Another key may be allowed to cancel.
    pub(crate) refuses_connection: bool,
    /// How long to wait before the next cancel, if the provider was too busy.
    pub(crate) retry_after: Option<Duration>,
    /// How many requests were sent.
    pub(crate) attempts: u32,
    /// What the provider said, or else the error.
    pub(crate) detail: ProviderDetail,
}

impl CancelResponse {
    pub(crate) fn of(result: &Result<Answer<CancelAnswer>, ApiError>) -> Self {
        match result {
            Ok(answer) => Self {
                kind: ResponseKind::Taken,
                refuses_connection: false,
                retry_after: None,
                attempts: answer.attempts,
                detail: ProviderDetail {
                    request_id: answer.value.word.request_id.clone(),
                    ..ProviderDetail::default()
                },
            },
            Err(error) => Self {
                kind: response_kind(error),
                refuses_connection: error.refuses_connection(),
                retry_after: retry_after(error),
                attempts: error.attempts(),
                detail: detail_of(error),
            },
        }
    }

    /// Returns whether the commands of the one call for everything are now sent one by one. A refusal of the call
    /// refuses none of them, unless it refuses the device.
    pub(crate) fn leaves_one_by_one(&self) -> bool {
        self.kind == ResponseKind::Refused(CancelOutcome::Rejected)
    }

    /// Returns the result of a cancel whose response was not recorded before the process ended.
    pub(crate) fn never_written() -> Self {
        Self {
            kind: ResponseKind::Lost,
            refuses_connection: false,
            retry_after: None,
            attempts: 1,
            detail: ProviderDetail {
                message: Some(
                    "the run was broken off before an answer was written down".to_owned(),
                ),
                ..ProviderDetail::default()
            },
        }
    }
}

fn response_kind(error: &ApiError) -> ResponseKind {
    match error.cancel_effect() {
        CancelEffect::Unknown => ResponseKind::Lost,
        // An earlier attempt of the same request may have been sent; it was repeated because it was not executed.
        CancelEffect::NotSent => ResponseKind::NotSent,
        CancelEffect::Refused if is_throttled(error) => ResponseKind::NotSent,
        CancelEffect::Refused if error.refuses_connection() => {
            ResponseKind::Refused(CancelOutcome::Denied)
        }
        CancelEffect::Refused => {
            ResponseKind::Refused(refusal(error).unwrap_or(CancelOutcome::Rejected))
        }
    }
}

/// Returns whether the provider is too busy, which says nothing about the target.
pub(crate) fn is_throttled(error: &ApiError) -> bool {
    matches!(
        error.kind(),
        ApiErrorKind::RateLimited | ApiErrorKind::Unavailable
    ) || error
        .transport()
        .is_some_and(|below| below.kind() == TransportErrorKind::Paused)
}

/// The wait if a busy provider does not say how long.
const RETRY_AFTER: Duration = Duration::from_secs(10);

fn retry_after(error: &ApiError) -> Option<Duration> {
    is_throttled(error).then(|| error.retry_after().unwrap_or(RETRY_AFTER))
}
