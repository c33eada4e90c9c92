//! The rate limit and its text form.

use std::{fmt, num::NonZeroU32, str::FromStr};

use countermand_core_model::InvalidValue;

const FIELD: &str = "rate";
const RULE: &str = "must be a number from 1 and a unit, such as 10000/h, 300/m or 5/s, at most 4294967295 an hour, and may end in \", burst N\"";

/// A number of requests an hour, evenly, after a burst.
///
/// Its text is `10000/h`, `300/m` or `5/s`, and may name the burst: `10000/h, burst 50`. Without one, the
/// burst is what a second allows for a rate per minute or second, and a hundredth of an hour's number for
/// a rate per hour; at least 1. It prints per hour, and what it prints parses to the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RateLimit {
    /// Requests an hour.
    pub per_hour: NonZeroU32,
    /// How many can be sent at once after a pause.
    pub burst: NonZeroU32,
}

impl RateLimit {
    /// Returns this rate with all requests of an hour as its burst.
    #[must_use]
    pub fn at_once(self) -> Self {
        Self {
            burst: self.burst.max(self.per_hour),
            ..self
        }
    }
}

impl FromStr for RateLimit {
    type Err = InvalidValue;

    fn from_str(text: &str) -> Result<Self, InvalidValue> {
        parse(text.trim()).ok_or_else(|| InvalidValue::new(FIELD, RULE, text))
    }
}

fn parse(text: &str) -> Option<RateLimit> {
    let (rate, burst) = match text.split_once(',') {
        Some((rate, burst)) => (rate, Some(burst.trim().strip_prefix("burst ")?)),
        None => (text, None),
    };
    let (number, unit) = rate.split_once('/')?;
    let number = positive(number)?;
    let (per_hour, default_burst) = match unit.trim() {
        "h" => (number, hourly_burst(number)),
        "m" => (
            number.checked_mul(NonZeroU32::new(60)?)?,
            at_least_one(number.get().div_ceil(60)),
        ),
        "s" => (number.checked_mul(NonZeroU32::new(3600)?)?, number),
        _ => return None,
    };
    let burst = match burst {
        Some(burst) => positive(burst)?,
        None => default_burst,
    };
    Some(RateLimit { per_hour, burst })
}

/// Digits alone: the standard parser would take a `+`.
fn positive(text: &str) -> Option<NonZeroU32> {
    let text = text.trim();
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().ok()).flatten()
}

fn hourly_burst(per_hour: NonZeroU32) -> NonZeroU32 {
    at_least_one(per_hour.get() / 100)
}

fn at_least_one(number: u32) -> NonZeroU32 {
    NonZeroU32::new(number).unwrap_or(NonZeroU32::MIN)
}

impl fmt::Display for RateLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/h", self.per_hour)?;
        if self.burst != hourly_burst(self.per_hour) {
            write!(f, ", burst {}", self.burst)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limit(per_hour: u32, burst: u32) -> RateLimit {
        RateLimit {
            per_hour: NonZeroU32::new(per_hour).unwrap(),
            burst: NonZeroU32::new(burst).unwrap(),
        }
    }

    #[test]
    fn parses() {
        for (text, parsed) in [
            ("10000/h", limit(10_000, 100)),
            ("1/h", limit(1, 1)),
            ("5/s", limit(18_000, 5)),
            ("300/m", limit(18_000, 5)),
            ("1/m", limit(60, 1)),
            (" 40 / h ", limit(40, 1)),
            ("10000/h, burst 50", limit(10_000, 50)),
            ("4294967295/h,burst 4294967295", limit(u32::MAX, u32::MAX)),
        ] {
            assert_eq!(text.parse(), Ok(parsed), "{text}");
        }
    }

    #[test]
    fn refuses() {
        for text in [
            "",
            "10000",
            "/h",
            "0/h",
            "-1/h",
            "+1/h",
            "1.5/s",
            "10/d",
            "10/hour",
            "4294967296/h",
            "1193047/s",
            "10/h,",
            "10/h, burst",
            "10/h, burst 0",
            "10/h, 5",
            "10/h/h",
        ] {
            let error = text.parse::<RateLimit>().unwrap_err();
            assert_eq!(error.field(), "rate", "{text:?}");
        }
    }

    #[test]
    fn what_it_prints_parses_to_the_same() {
        assert_eq!(limit(10_000, 100).to_string(), "10000/h");
        assert_eq!(limit(18_000, 5).to_string(), "18000/h, burst 5");
        for per_hour in [1, 60, 99, 100, 18_000, u32::MAX] {
            for burst in [1, 5, 100, u32::MAX] {
                let limit = limit(per_hour, burst);
                assert_eq!(limit.to_string().parse(), Ok(limit));
            }
        }
    }
}
