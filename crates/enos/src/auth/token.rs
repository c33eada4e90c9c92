//! An access token.

use std::{fmt, time::Duration};

use countermand_core_model::{ExposeSecret, Secret};
use countermand_transport::SecretScrubber;
use http::HeaderValue;

use crate::wire::Grant;

/// A token is renewed this long before it expires, or a tenth of its time where that is shorter.
const MARGIN: Duration = Duration::from_secs(5 * 60);

/// A token, and how long it is valid by the monotonic clock.
pub(super) struct Token {
    secret: Secret,
    header: HeaderValue,
    echoes: SecretScrubber,
    /// Counts the tokens: the same text may be issued twice.
    number: u64,
    /// None where the provider gave no valid time: the token is used until it is refused.
    times: Option<Times>,
}

#[derive(Clone, Copy, Debug)]
struct Times {
    renew_at: Duration,
    ends_at: Duration,
}

impl Token {
    /// The token of a grant that was requested at `asked_at`; none where it cannot be put into a header.
    pub(super) fn new(grant: Grant, number: u64, asked_at: Duration) -> Option<Self> {
        // Exposed to be put into the header, which is marked as a secret.
        let mut header = HeaderValue::from_str(grant.token.expose_secret()).ok()?;
        header.set_sensitive(true);
        let times = grant.holds_for.and_then(|holds_for| {
            let ends_at = asked_at.checked_add(holds_for)?;
            Some(Times {
                renew_at: ends_at.saturating_sub(MARGIN.min(holds_for / 10)),
                ends_at,
            })
        });
        Some(Self {
            echoes: SecretScrubber::of(&grant.token),
            secret: grant.token,
            header,
            number,
            times,
        })
    }

    pub(super) fn secret(&self) -> &Secret {
        &self.secret
    }

    /// The value of the header that carries it, marked as a secret.
    pub(super) fn header(&self) -> HeaderValue {
        self.header.clone()
    }

    pub(super) fn echoes(&self) -> &SecretScrubber {
        &self.echoes
    }

    pub(super) fn number(&self) -> u64 {
        self.number
    }

    /// Returns whether it is time to renew it.
    pub(super) fn is_due(&self, now: Duration) -> bool {
        self.times.is_some_and(|times| now >= times.renew_at)
    }

    /// Returns whether it has expired.
    pub(super) fn has_ended(&self, now: Duration) -> bool {
        self.times.is_some_and(|times| now >= times.ends_at)
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Token")
            .field("number", &self.number)
            .field("times", &self.times)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(holds_for: Option<u64>) -> Token {
        let grant = Grant {
            token: Secret::from("s3cr3t-token"),
            holds_for: holds_for.map(Duration::from_secs),
        };
        Token::new(grant, 1, Duration::from_secs(1_000)).unwrap()
    }

    fn at(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn it_is_due_some_minutes_before_its_end() {
        let long = token(Some(7_200));
        assert!(!long.is_due(at(1_000 + 6_899)));
        assert!(long.is_due(at(1_000 + 6_900)));
        assert!(!long.has_ended(at(1_000 + 7_199)));
        assert!(long.has_ended(at(1_000 + 7_200)));
    }

    #[test]
    fn a_short_one_is_due_after_nine_tenths() {
        let short = token(Some(20));
        assert!(!short.is_due(at(1_017)));
        assert!(short.is_due(at(1_018)));
    }

    #[test]
    fn without_a_sensible_time_it_is_never_due() {
        for holds_for in [None, Some(u64::MAX)] {
            let token = token(holds_for);
            assert!(!token.is_due(Duration::MAX) && !token.has_ended(Duration::MAX));
        }
    }

    #[test]
    fn debug_does_not_show_it_and_its_header_is_a_secret() {
        let token = token(Some(1));
        assert!(!format!("{token:?}").contains("s3cr3t"));
        assert!(token.header().is_sensitive());
    }

    #[test]
    fn what_cannot_stand_in_a_header_is_no_token() {
        let grant = Grant {
            token: Secret::from("a\nb"),
            holds_for: None,
        };
        assert!(Token::new(grant, 1, Duration::ZERO).is_none());
    }
}
