//! What a check of a connection found, told apart as far as a browser can.

use countermand_client::RelayError;
use countermand_core_model::Provider;
use countermand_transport::{ApiError, ApiErrorKind, Hold, TransportErrorKind};

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

/// Returns whether only a probe tells what this failure is.
pub fn needs_probe(error: &ApiError) -> bool {
    let is_relayed = RelayError::of(error).is_some();
    !is_relayed
        && matches!(
            error
                .transport()
                .map(countermand_transport::TransportError::kind),
            Some(
                TransportErrorKind::Fetch
                    | TransportErrorKind::Connect
                    | TransportErrorKind::HeldBack(Hold::Transient | Hold::Lasting)
            )
        )
}

/// What was asked, and from where.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// The provider.
    pub provider: Provider,
    /// The provider's origin.
    pub origin: &'a str,
    /// This page's origin.
    pub page: &'a str,
    /// By how many milliseconds this computer's clock is ahead, if that is known.
    pub clock_ahead: Option<i64>,
}

/// EnOS was seen to allow five minutes; what is measured is a little off by itself.
const CLOCK_TOLERANCE_MS: u64 = 4 * 60 * 1_000;

/// Returns whether this computer's clock may be the reason, so that it is worth measuring.
pub fn may_be_the_clock(provider: Provider, error: &ApiError) -> bool {
    provider.descriptor().signs_with_time && kind(error) == ApiErrorKind::Unauthorized
}

/// Returns whether the provider says that the time is wrong.
fn says_the_time(error: &ApiError) -> bool {
    let message = error.word().message.as_deref().unwrap_or_default();
    let message = message.to_ascii_lowercase();
    ["timestamp", "clock"]
        .iter()
        .any(|word| message.contains(word))
}

fn clock_advice(off: Option<i64>) -> String {
    let off = match off {
        None => problems::clock_unknown().to_owned(),
        Some(ahead) => {
            let minutes = usize::try_from(ahead.unsigned_abs() / 60_000).unwrap_or(usize::MAX);
            let hours = (minutes + 30) / 60;
            match (ahead > 0, minutes < 90) {
                (true, true) => problems::clock_ahead_minutes(minutes),
                (true, false) => problems::clock_ahead_hours(hours),
                (false, true) => problems::clock_behind_minutes(minutes),
                (false, false) => problems::clock_behind_hours(hours),
            }
        }
    };
    [&off, problems::clock_advice()].join(" ")
}

/// What is wrong with a connection, and what to do about it.
pub fn diagnose(asked: Asked<'_>, error: &ApiError, probe: Option<Probe>) -> Problem {
    let Asked {
        provider,
        origin,
        page,
        clock_ahead,
    } = asked;
    let clock_off = clock_ahead.filter(|ahead| ahead.unsigned_abs() > CLOCK_TOLERANCE_MS);
    let (title, advice) = match (probe, kind(error)) {
        (Some(Probe::Blocked), _) => (
            problems::blocked().to_owned(),
            problems::blocked_advice(origin),
        ),
        (Some(Probe::Answers), _) => (
            problems::origin_refused().to_owned(),
            [
                problems::origin_refused_advice(origin),
                problems::origin_refused_how(page, provider.descriptor().request_headers),
            ]
            .join(" "),
        ),
        (Some(Probe::Silent), _) => (
            problems::unreachable().to_owned(),
            problems::unreachable_advice(origin),
        ),
        (None, ApiErrorKind::Unauthorized)
            if may_be_the_clock(provider, error)
                && (clock_off.is_some() || says_the_time(error)) =>
        {
            (problems::clock_wrong().to_owned(), clock_advice(clock_off))
        }
        (None, ApiErrorKind::Unreadable) if error.is_page() => (
            problems::a_page().to_owned(),
            problems::a_page_advice().to_owned(),
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
    use countermand_core_model::ProviderDetail;
    use countermand_transport::TransportError;
    use http::StatusCode;

    use super::*;

    const HOST: &str = "https://gateway.example";

    fn asked(provider: Provider) -> Asked<'static> {
        Asked {
            provider,
            origin: HOST,
            page: "https://console.example",
            clock_ahead: None,
        }
    }

    fn refused(message: &str) -> ApiError {
        let word = ProviderDetail {
            message: Some(message.to_owned()),
            ..ProviderDetail::default()
        };
        ApiError::answered(ApiErrorKind::Unauthorized, StatusCode::UNAUTHORIZED, word)
    }

    #[test]
    fn a_clock_that_is_wrong_is_told_with_how_far() {
        const HOUR: i64 = 3_600_000;
        let told = |ahead, message| {
            let asked = Asked {
                clock_ahead: ahead,
                ..asked(Provider::Enos)
            };
            diagnose(asked, &refused(message), None)
        };
        let wrong = problems::clock_wrong();
        for (ahead, part) in [
            (5 * HOUR, "5 hours ahead"),
            (-5 * HOUR - HOUR / 3, "5 hours behind"),
            (7 * 60_000, "7 minutes ahead"),
            (-HOUR, "60 minutes behind"),
        ] {
            let problem = told(Some(ahead), "no");
            assert_eq!(problem.title, wrong, "{ahead}");
            assert!(problem.advice.contains(part), "{}", problem.advice);
        }
        assert_eq!(told(Some(2_000), "no").title, problems::wrong_key());
        assert_eq!(told(None, "no").title, problems::wrong_key());
        let said = told(Some(0), "apim-timestamp is too far from the server's clock");
        assert_eq!(said.title, wrong);
        assert!(said.advice.contains(problems::clock_unknown()));
        let applivery = Asked {
            clock_ahead: Some(5 * HOUR),
            ..asked(Provider::Applivery)
        };
        assert_eq!(
            diagnose(applivery, &refused("timestamp"), None).title,
            problems::wrong_key(),
            "nothing is signed with the time there"
        );
    }

    #[test]
    fn a_page_instead_of_the_api_is_told_from_another_service() {
        let page = ApiError::unreadable(StatusCode::OK, countermand_transport::PAGE_INSTEAD);
        let other = ApiError::unreadable(StatusCode::OK, "the body is not JSON");
        let title = |error| diagnose(asked(Provider::Enos), &error, None).title;
        assert_eq!(title(page), problems::a_page());
        assert_eq!(title(other), problems::not_the_api());
    }

    #[test]
    fn a_host_that_refuses_the_origin_is_told_with_what_it_must_allow() {
        let fetch: ApiError = TransportError::new(TransportErrorKind::Fetch).into();
        for (provider, header) in [
            (Provider::Applivery, "authorization"),
            (Provider::Enos, "apim-signature"),
        ] {
            let advice = diagnose(asked(provider), &fetch, Some(Probe::Answers)).advice;
            for part in [
                HOST,
                "countermand serve",
                "Access-Control-Allow-Origin: https://console.example",
                header,
            ] {
                assert!(advice.contains(part), "{advice}");
            }
        }
    }

    fn answered(kind: ApiErrorKind) -> ApiError {
        // What is unavailable is told by its status: a token service that answers otherwise is no such thing.
        let status = match kind {
            ApiErrorKind::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            _ => StatusCode::FORBIDDEN,
        };
        ApiError::answered(kind, status, ProviderDetail::default())
    }

    #[test]
    fn every_cause_reads_differently() {
        let fetch: ApiError = TransportError::new(TransportErrorKind::Fetch).into();
        let mut titles: Vec<String> = [Probe::Answers, Probe::Silent, Probe::Blocked]
            .into_iter()
            .map(|probe| diagnose(asked(Provider::Enos), &fetch, Some(probe)).title)
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
            titles.push(diagnose(asked(Provider::Enos), &answered(kind), None).title);
        }
        let count = titles.len();
        titles.sort();
        titles.dedup();
        assert_eq!(titles.len(), count, "{titles:?}");
    }

    #[test]
    fn only_what_a_browser_cannot_tell_is_probed() {
        for kind in [
            TransportErrorKind::Fetch,
            TransportErrorKind::HeldBack(Hold::Transient),
        ] {
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
        let problem = diagnose(asked(Provider::Enos), &fetch, Some(Probe::Blocked));
        assert!(
            problem
                .advice
                .contains("countermand serve --connect https://gateway.example")
        );
    }
}
