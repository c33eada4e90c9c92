//! What a check of a connection found, told apart as far as a browser can.

use countermand_core_model::Provider;
use countermand_transport::{ApiError, ApiErrorKind, TransportErrorKind};

use super::problem::{Problem, in_words, kind};
use crate::text::problems;

/// What asking the host without the right to read its answer found out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Probe {
    /// Somebody answered there, though this page may not read it.
    Answers,
    /// Nobody answered.
    Silent,
    /// This page's own policy does not let it ask there.
    Blocked,
}

/// Does this failure need a probe to be told apart?
pub fn needs_probe(error: &ApiError) -> bool {
    matches!(
        error.transport().map(|below| below.kind()),
        Some(TransportErrorKind::Fetch | TransportErrorKind::Connect | TransportErrorKind::NoToken)
    )
}

/// What is wrong with a connection, and what to do about it.
pub fn diagnose(
    provider: Provider,
    origin: &str,
    error: &ApiError,
    probe: Option<Probe>,
) -> Problem {
    let (title, advice) = match (probe, kind(error)) {
        (Some(Probe::Blocked), _) => (
            problems::blocked().to_owned(),
            problems::blocked_advice(origin),
        ),
        (Some(Probe::Answers), _) => (
            problems::origin_refused().to_owned(),
            problems::origin_refused_advice(origin),
        ),
        (Some(Probe::Silent), _) => (
            problems::unreachable().to_owned(),
            problems::unreachable_advice(origin),
        ),
        (None, ApiErrorKind::Unauthorized) => (
            problems::wrong_key().to_owned(),
            problems::wrong_key_advice(provider).to_owned(),
        ),
        (None, ApiErrorKind::NotFound) => (
            problems::org_unknown().to_owned(),
            problems::org_unknown_advice().to_owned(),
        ),
        (None, ApiErrorKind::Denied) => (
            problems::org_denied().to_owned(),
            problems::org_denied_advice(provider).to_owned(),
        ),
        (None, ApiErrorKind::Unreadable) => (
            problems::not_the_api().to_owned(),
            problems::not_the_api_advice(provider).to_owned(),
        ),
        (None, _) => return Problem::of(error),
    };
    Problem {
        title,
        advice,
        detail: in_words(error),
    }
}

#[cfg(test)]
mod tests {
    use countermand_core_model::VendorWord;
    use countermand_transport::TransportError;
    use http::StatusCode;

    use super::*;

    const HOST: &str = "https://gateway.example";

    fn answered(kind: ApiErrorKind) -> ApiError {
        // What is unavailable is told by its status: a token service that answers otherwise is no such thing.
        let status = match kind {
            ApiErrorKind::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            _ => StatusCode::FORBIDDEN,
        };
        ApiError::answered(kind, status, VendorWord::default())
    }

    #[test]
    fn every_cause_reads_differently() {
        let fetch: ApiError = TransportError::new(TransportErrorKind::Fetch).into();
        let mut titles: Vec<String> = [Probe::Answers, Probe::Silent, Probe::Blocked]
            .into_iter()
            .map(|probe| diagnose(Provider::Enos, HOST, &fetch, Some(probe)).title)
            .collect();
        for kind in [
            ApiErrorKind::Unauthorized,
            ApiErrorKind::Forbidden,
            ApiErrorKind::Denied,
            ApiErrorKind::NotFound,
            ApiErrorKind::RateLimited,
            ApiErrorKind::Unavailable,
            ApiErrorKind::Server,
            ApiErrorKind::Unreadable,
        ] {
            titles.push(diagnose(Provider::Enos, HOST, &answered(kind), None).title);
        }
        let count = titles.len();
        titles.sort();
        titles.dedup();
        assert_eq!(titles.len(), count, "{titles:?}");
    }

    #[test]
    fn only_what_a_browser_cannot_tell_is_probed() {
        for kind in [TransportErrorKind::Fetch, TransportErrorKind::NoToken] {
            assert!(needs_probe(&TransportError::new(kind).into()), "{kind:?}");
        }
        assert!(!needs_probe(
            &TransportError::new(TransportErrorKind::Timeout).into()
        ));
        assert!(!needs_probe(&answered(ApiErrorKind::Unauthorized)));
    }

    #[test]
    fn a_blocked_host_is_named_with_the_option_that_allows_it() {
        let fetch: ApiError = TransportError::new(TransportErrorKind::Fetch).into();
        let problem = diagnose(Provider::Enos, HOST, &fetch, Some(Probe::Blocked));
        assert!(
            problem
                .advice
                .contains("countermand serve --connect https://gateway.example")
        );
    }
}
