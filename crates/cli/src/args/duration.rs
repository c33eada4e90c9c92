//! A duration, such as `15s`.
//!
//! Parsed here and not by jiff: jiff also takes `1.5s`, `15 s` and `1 day 2 hours`, which are refused here, so its
//! grammar would have to be narrowed by more code than it saves.

use std::time::Duration;

use countermand_core_model::InvalidValue;

const RULE: &str =
    "must be a whole number with a unit, such as 500ms, 15s, 2m or 1h, and at most 24h";
const MOST: Duration = Duration::from_secs(24 * 3600);

/// Parses a number with its unit.
pub(crate) fn parse(text: &str) -> Result<Duration, InvalidValue> {
    parse_up_to(text, MOST)
        .filter(|_| !text.ends_with('d'))
        .ok_or_else(|| InvalidValue::new("time", RULE, text))
}

/// Parses a number with its unit, including days. Returns `None` if it is invalid or more than `most`.
pub(super) fn parse_up_to(text: &str, most: Duration) -> Option<Duration> {
    let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let (number, unit) = text.split_at(digits);
    let millis: u64 = match unit {
        "ms" => 1,
        "s" => 1_000,
        "m" => 60_000,
        "h" => 3_600_000,
        "d" => 86_400_000,
        _ => return None,
    };
    number
        .parse::<u64>()
        .ok()
        .and_then(|number| number.checked_mul(millis))
        .map(Duration::from_millis)
        .filter(|duration| *duration <= most)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_with_units() {
        for (text, millis) in [("500ms", 500), ("15s", 15_000), ("2m", 120_000), ("0s", 0)] {
            assert_eq!(parse(text), Ok(Duration::from_millis(millis)), "{text}");
        }
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
            "15S",
            "25h",
            "1d",
            "99999999999999999999h",
        ] {
            assert!(parse(text).is_err(), "{text:?}");
        }
    }
}
