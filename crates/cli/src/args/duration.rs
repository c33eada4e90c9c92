//! A duration, such as `15s` or `1h30m`.
//!
//! Parsed here and not by jiff: jiff also takes `1.5s`, `15 s` and `1 day 2 hours`, which are refused here, so its
//! grammar would have to be narrowed by more code than it saves.

use std::time::Duration;

use countermand_core_model::InvalidValue;

const RULE: &str = "must be whole numbers with units (ms, s, m, h, d, w), such as 500ms, 15s, 2m or 1h30m, and at \
                    most 24h";
const MOST: Duration = Duration::from_secs(24 * 3600);

/// The units in milliseconds, the longest first.
const UNITS: [(&str, u64); 6] = [
    ("w", 604_800_000),
    ("d", 86_400_000),
    ("h", 3_600_000),
    ("m", 60_000),
    ("s", 1_000),
    ("ms", 1),
];

/// Parses a duration of at most a day.
pub(crate) fn parse(text: &str) -> Result<Duration, InvalidValue> {
    parse_up_to(text, MOST).ok_or_else(|| InvalidValue::new("duration", RULE, text))
}

/// Parses the time between two readings of a list: a second to a day.
pub(crate) fn parse_watch_interval(text: &str) -> Result<Duration, InvalidValue> {
    const RULE: &str = "must be a duration from 1s to 24h, such as 5s or 1m";
    parse_up_to(text, MOST)
        .filter(|interval| *interval >= Duration::from_secs(1))
        .ok_or_else(|| InvalidValue::new("interval", RULE, text))
}

/// Parses the time for which a rule is in force: at most 30 days.
pub(crate) fn parse_days(text: &str) -> Result<Duration, InvalidValue> {
    const RULE: &str = "must be a duration up to 30d, such as 12h or 7d";
    parse_up_to(text, Duration::from_secs(30 * 24 * 3600))
        .filter(|days| !days.is_zero())
        .ok_or_else(|| InvalidValue::new("duration", RULE, text))
}

/// Parses numbers with their units, the longest unit first and each at most once. Returns `None` if the text is
/// invalid or the duration is more than `most`.
pub(super) fn parse_up_to(text: &str, most: Duration) -> Option<Duration> {
    let mut millis: u64 = 0;
    let (mut rest, mut units) = (text, UNITS.as_slice());
    while !rest.is_empty() {
        let (digits, after) = split_off(rest, |c| c.is_ascii_digit());
        let (unit, after) = split_off(after, |c| c.is_ascii_lowercase());
        let place = units.iter().position(|(name, _)| *name == unit)?;
        let (_, factor) = units.get(place)?;
        millis = millis.checked_add(digits.parse::<u64>().ok()?.checked_mul(*factor)?)?;
        (rest, units) = (after, units.get(place + 1..)?);
    }
    let duration = Duration::from_millis(millis);
    (!text.is_empty() && duration <= most).then_some(duration)
}

/// Splits `text` behind its first characters of a kind.
fn split_off(text: &str, is_of_kind: impl Fn(char) -> bool) -> (&str, &str) {
    let end = text.find(|c| !is_of_kind(c)).unwrap_or(text.len());
    text.split_at(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_with_units() {
        for (text, millis) in [
            ("500ms", 500),
            ("15s", 15_000),
            ("2m", 120_000),
            ("0s", 0),
            ("1h30m", 5_400_000),
            ("1m30s250ms", 90_250),
            ("1d", 86_400_000),
        ] {
            assert_eq!(parse(text), Ok(Duration::from_millis(millis)), "{text}");
        }
        let weeks = parse_up_to("2w", Duration::MAX);
        assert_eq!(weeks, Some(Duration::from_secs(14 * 86_400)));
    }

    #[test]
    fn nothing_is_guessed() {
        for text in [
            "",
            "15",
            "s",
            "-1s",
            "1.5s",
            "15 s",
            "1h 30m",
            "15S",
            "30m1h",
            "1h1h",
            "1h30",
            "1mo",
            "25h",
            "1d1s",
            "99999999999999999999h",
            "18446744073709551615w",
        ] {
            assert!(parse(text).is_err(), "{text:?}");
        }
    }
}
