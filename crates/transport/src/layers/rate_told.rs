//! What a server tells of its own limit: `RateLimit-Remaining` and `RateLimit-Reset`, with or without `X-` before them, or
//! `RateLimit` with `r` and `t` (draft-ietf-httpapi-ratelimit-headers).

use std::time::Duration;

use countermand_core_model::Timestamp;
use http::HeaderMap;

/// A number of seconds above this is a time, in seconds since 1970.
const SURELY_A_TIME: u64 = 1_000_000_000;

/// A number above this is a time in milliseconds since 1970.
const SURELY_IN_MILLIS: u64 = 100 * SURELY_A_TIME;

/// Budgets are hourly: what is told beyond that is a mistake.
const LONGEST: Duration = Duration::from_secs(60 * 60);

/// How many more requests a server takes, and after how long it takes more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ToldLimit {
    pub(super) remaining: u64,
    pub(super) reset: Duration,
}

impl ToldLimit {
    /// Reads the headers. `None` where they do not tell both, in digits.
    pub(super) fn of(headers: &HeaderMap, now: Timestamp) -> Option<Self> {
        let apart = ["", "x-"].into_iter().find_map(|prefix| {
            let field = |name: &str| number(text(headers, &format!("{prefix}ratelimit-{name}"))?);
            Some((field("remaining")?, field("reset")?))
        });
        let (remaining, reset) = apart.or_else(|| together(text(headers, "ratelimit")?))?;
        let now = Duration::from_millis(u64::try_from(now.as_millis()).unwrap_or(0));
        let reset = match reset {
            SURELY_IN_MILLIS.. => Duration::from_millis(reset).saturating_sub(now),
            SURELY_A_TIME.. => Duration::from_secs(reset).saturating_sub(now),
            seconds => Duration::from_secs(seconds),
        };
        Some(Self {
            remaining,
            reset: reset.min(LONGEST),
        })
    }
}

fn text<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get(name)?.to_str().ok()
}

fn number(text: &str) -> Option<u64> {
    let text = text.trim();
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().ok()).flatten()
}

/// `"default";r=50;t=30`, or with `remaining` and `reset` in an older draft: `limit=100, remaining=50, reset=30`.
fn together(text: &str) -> Option<(u64, u64)> {
    let field = |names: [&str; 2]| {
        let mut fields = text
            .split([';', ','])
            .filter_map(|field| field.split_once('='));
        let (_, value) = fields.find(|(name, _)| names.contains(&name.trim()))?;
        number(value)
    };
    Some((field(["r", "remaining"])?, field(["t", "reset"])?))
}

#[cfg(test)]
mod tests {
    use http::{HeaderName, HeaderValue};

    use super::*;

    fn told(headers: &[(&str, &str)]) -> Option<(u64, u64)> {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            let name: HeaderName = name.parse().unwrap();
            map.insert(name, HeaderValue::from_str(value).unwrap());
        }
        // 2026-02-12T08:30:00Z
        let now = Timestamp::from_millis(1_770_885_000_000).unwrap();
        let told = ToldLimit::of(&map, now)?;
        Some((told.remaining, told.reset.as_secs()))
    }

    #[test]
    fn every_form_is_read() {
        for headers in [
            vec![("RateLimit-Remaining", "7"), ("RateLimit-Reset", "30")],
            vec![
                ("X-RateLimit-Remaining", " 7 "),
                ("X-RateLimit-Reset", "30"),
            ],
            vec![
                ("X-RateLimit-Remaining", "7"),
                ("X-RateLimit-Reset", "1770885030"),
            ],
            vec![
                ("X-RateLimit-Remaining", "7"),
                ("X-RateLimit-Reset", "1770885030000"),
            ],
            vec![("RateLimit", "\"default\";r=7;t=30")],
            vec![("RateLimit", "limit=100, remaining=7, reset=30")],
        ] {
            assert_eq!(told(&headers), Some((7, 30)), "{headers:?}");
        }
    }

    #[test]
    fn what_is_not_told_whole_is_not_told() {
        for headers in [
            vec![],
            vec![("RateLimit-Remaining", "7")],
            vec![("RateLimit-Remaining", "-1"), ("RateLimit-Reset", "30")],
            vec![("RateLimit-Remaining", "7"), ("X-RateLimit-Reset", "30")],
            vec![("RateLimit", "\"default\";r=7")],
            vec![("RateLimit", "soon")],
        ] {
            assert_eq!(told(&headers), None, "{headers:?}");
        }
        let past = [
            ("X-RateLimit-Remaining", "0"),
            ("X-RateLimit-Reset", "1770880000"),
        ];
        assert_eq!(told(&past), Some((0, 0)));
    }
}
