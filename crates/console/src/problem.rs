//! Errors for people: what happened, what to do, and the provider's message.

use countermand_client::{CancelReport, RelayError, StopReason};
use countermand_core_model::ProviderDetail;
use countermand_transport::{ApiError, ApiErrorKind, TransportErrorKind};

use crate::text::{again, network, problems};

/// A problem as it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// What it is.
    pub title: String,
    /// What to do about it.
    pub advice: String,
    /// The error's own words, with the provider's code, message and request id.
    pub detail: String,
}

impl Problem {
    /// Of reading something from the provider.
    pub fn of(error: &ApiError) -> Self {
        let (title, advice) = words(error);
        let advice = match error.retry_after() {
            Some(wait) => problems::wait_first(wait.as_secs() as usize, advice),
            None => advice.to_owned(),
        };
        Self {
            title: title.to_owned(),
            advice,
            detail: in_words(error),
        }
    }

    /// Of what was not tried, because there is no network.
    pub fn offline() -> Self {
        Self {
            title: network::no_network().to_owned(),
            advice: network::no_network_advice().to_owned(),
            detail: String::new(),
        }
    }

    /// Returns whether it is the network that is missing: the page's banner says so.
    pub fn is_offline(&self) -> bool {
        again(&self.title) == network::no_network()
    }
}

fn words(error: &ApiError) -> (&'static str, &'static str) {
    use problems as p;
    match RelayError::of(error) {
        Some(RelayError::SignedOut) => return (p::signed_out(), p::signed_out_advice()),
        Some(RelayError::NotApproved) => return (p::not_approved(), p::not_approved_advice()),
        _ => {}
    }
    match (
        kind(error),
        error
            .transport()
            .map(countermand_transport::TransportError::kind),
    ) {
        (ApiErrorKind::Transport, Some(TransportErrorKind::Timeout)) => {
            (p::timeout(), p::timeout_advice())
        }
        (ApiErrorKind::Transport, Some(TransportErrorKind::TooLarge)) => {
            (p::too_large(), p::too_large_advice())
        }
        (ApiErrorKind::Transport, Some(TransportErrorKind::Redirected)) => {
            (p::redirected(), p::redirected_advice())
        }
        (ApiErrorKind::Transport, _) => (p::no_answer(), p::no_answer_advice()),
        (ApiErrorKind::Unauthorized, _) => (p::unauthorized(), p::unauthorized_advice()),
        (ApiErrorKind::Forbidden, _) => (p::forbidden(), p::forbidden_advice()),
        (ApiErrorKind::Denied, _) => (p::denied(), p::denied_advice()),
        (ApiErrorKind::NotFound, _) => (p::not_found(), p::not_found_advice()),
        (ApiErrorKind::Rejected, _) => (p::rejected(), p::rejected_advice()),
        (ApiErrorKind::RateLimited, _) => (p::rate_limited(), p::rate_limited_advice()),
        (ApiErrorKind::Unavailable, _) => (p::unavailable(), p::unavailable_advice()),
        (ApiErrorKind::Server, _) => (p::server(), p::server_advice()),
        (ApiErrorKind::Unreadable, _) => (p::unreadable(), p::unreadable_advice()),
        _ => (p::other(), p::other_advice()),
    }
}

/// The kind by what a person can do about it. A token service that gives no token counts as
/// unavailable, whatever it answered; here it matters who answered what.
pub fn kind(error: &ApiError) -> ApiErrorKind {
    match (error.kind(), error.status().map(|status| status.as_u16())) {
        (ApiErrorKind::Unavailable, Some(429)) => ApiErrorKind::RateLimited,
        (ApiErrorKind::Unavailable, Some(status)) if status < 500 => ApiErrorKind::Unreadable,
        (ApiErrorKind::Unavailable, Some(500)) => ApiErrorKind::Server,
        (kind, _) => kind,
    }
}

/// An error and what caused it, each in its own words.
pub fn in_words(error: &ApiError) -> String {
    match error.transport() {
        Some(below) => format!("{error}: {below}"),
        None => error.to_string(),
    }
}

/// What the provider said about a target: message, code, request id.
pub fn vendor_says(report: &CancelReport) -> Option<String> {
    let word = ProviderDetail {
        code: report.vendor_code.clone(),
        message: report.message.clone(),
        request_id: report.request_id.clone(),
    };
    word_text(&word)
}

fn word_text(word: &ProviderDetail) -> Option<String> {
    let facts: Vec<String> = [
        word.message.clone(),
        word.code
            .as_ref()
            .map(|code| problems::code(&code.to_string())),
        word.request_id.as_deref().map(problems::request),
    ]
    .into_iter()
    .flatten()
    .collect();
    (!facts.is_empty()).then(|| facts.join(" · "))
}

/// Why a run stopped before everything was sent.
pub fn stop_text(reason: &StopReason) -> &'static str {
    match reason {
        StopReason::Requested => problems::stopped_asked(),
        StopReason::ConnectionRefused => problems::stopped_refused(),
        StopReason::TooManyFailures => problems::stopped_failures(),
        StopReason::TooManyDenials => problems::stopped_denials(),
        StopReason::JournalFailed => problems::stopped_journal(),
        _ => problems::stopped_otherwise(),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use countermand_core_model::ProviderCode;
    use countermand_transport::{Hold, TransportError};
    use http::StatusCode;

    use super::*;

    #[test]
    fn every_kind_says_what_to_do_and_keeps_the_vendors_words() {
        for kind in [
            ApiErrorKind::Unauthorized,
            ApiErrorKind::Forbidden,
            ApiErrorKind::Denied,
            ApiErrorKind::NotFound,
            ApiErrorKind::Rejected,
            ApiErrorKind::RateLimited,
            ApiErrorKind::Unavailable,
            ApiErrorKind::Server,
        ] {
            let word = ProviderDetail {
                code: Some(ProviderCode::Number(99403)),
                message: Some("no way".to_owned()),
                request_id: Some("r-1".to_owned()),
            };
            let problem = Problem::of(&ApiError::answered(kind, StatusCode::BAD_REQUEST, word));
            assert!(problem.advice.len() > 20, "{kind:?}");
            for part in ["99403", "no way", "r-1"] {
                assert!(problem.detail.contains(part), "{kind:?} {}", problem.detail);
            }
        }
    }

    #[test]
    fn a_wait_that_the_vendor_asks_for_is_said() {
        let error = ApiError::answered(
            ApiErrorKind::RateLimited,
            StatusCode::TOO_MANY_REQUESTS,
            ProviderDetail::default(),
        )
        .with_retry_after(Some(Duration::from_secs(30)));
        assert!(Problem::of(&error).advice.contains("30 s"));
    }

    #[test]
    fn a_token_service_that_gives_no_token_is_told_by_its_answer() {
        for (status, told) in [
            (StatusCode::TOO_MANY_REQUESTS, ApiErrorKind::RateLimited),
            (StatusCode::OK, ApiErrorKind::Unreadable),
            (StatusCode::NOT_FOUND, ApiErrorKind::Unreadable),
            (StatusCode::INTERNAL_SERVER_ERROR, ApiErrorKind::Server),
            (StatusCode::SERVICE_UNAVAILABLE, ApiErrorKind::Unavailable),
            (StatusCode::BAD_GATEWAY, ApiErrorKind::Unavailable),
        ] {
            let error =
                ApiError::answered(ApiErrorKind::Unavailable, status, ProviderDetail::default());
            assert_eq!(kind(&error), told, "{status}");
        }
    }

    #[test]
    fn a_session_that_ended_is_not_taken_for_a_refused_key() {
        let ended = TransportError::held_back(Hold::Lasting, RelayError::SignedOut);
        let ended: ApiError = ended.into();
        let problem = Problem::of(&ended);
        assert_eq!(problem.title, problems::signed_out());
        assert_ne!(problem.title, problems::unauthorized());
    }

    #[test]
    fn a_failure_below_an_answer_is_in_the_detail() {
        let error: ApiError = TransportError::new(TransportErrorKind::Timeout).into();
        assert!(
            Problem::of(&error)
                .detail
                .contains("no answer came in time")
        );
    }
}
