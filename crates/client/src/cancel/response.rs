//! What came of one request to cancel, as far as outcomes are concerned.

use std::time::Duration;

use countermand_core_model::{CancelAnswer, CancelOutcome, ProviderDetail};
use countermand_transport::{Answer, ApiError, ApiErrorKind, CancelEffect, TransportErrorKind};

use super::decide::{detail_of, refusal};

/// How a request to cancel ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum ResponseKind {
    /// The vendor took it.
    Taken,
    /// It may have been taken: no answer response, or none that can be read.
    Lost,
    /// It did not leave, or the vendor had no time for it: it surely was not executed, and says nothing about the
    /// target.
    NotSent,
    /// It surely was not executed, for this reason.
    Refused(CancelOutcome),
}

/// How a request to cancel ended, with the vendor's words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CancelResponse {
    pub(crate) kind: ResponseKind,
    /// The connection was refused as a whole: another key may do what this one may not.
    pub(crate) refuses_connection: bool,
    /// Where the vendor had no time for it: when to come again.
    pub(crate) retry_after: Option<Duration>,
    /// How many requests left for it.
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

    /// Of the one call for everything: are its commands sent one by one now? A refusal of the call is none of
    /// them, unless the device itself is refused: then a cancel of each would fare alike.
    pub(crate) fn leaves_one_by_one(&self) -> bool {
        self.kind == ResponseKind::Refused(CancelOutcome::Rejected)
    }

    /// The process ended, or was ended, before an answer was written down.
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
        // It did not leave: whatever was so before is so still. (An earlier attempt of the same request may have
        // left; it was repeated because it surely was not executed.)
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

/// The vendor has no time for it, which says nothing about the target: too many requests, or out of service.
pub(crate) fn is_throttled(error: &ApiError) -> bool {
    matches!(
        error.kind(),
        ApiErrorKind::RateLimited | ApiErrorKind::Unavailable
    ) || error
        .transport()
        .is_some_and(|below| below.kind() == TransportErrorKind::Paused)
}

/// When to come again where the vendor has no time and does not say until when.
const RETRY_AFTER: Duration = Duration::from_secs(10);

fn retry_after(error: &ApiError) -> Option<Duration> {
    is_throttled(error).then(|| error.retry_after().unwrap_or(RETRY_AFTER))
}
