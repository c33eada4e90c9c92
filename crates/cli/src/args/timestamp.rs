//! A point in time, absolute or relative to now.
//!
//! A day without a time and a zone is refused: what it means depends on who reads it. RFC 3339 is parsed by the model's
//! [`Timestamp`], as everywhere else.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use countermand_core_model::{InvalidValue, Timestamp};

use super::duration;

const RULE: &str = "must be a time such as 2026-02-10T12:00:00Z, or an age such as 30m, 2h or 3d";
const MOST: Duration = Duration::from_secs(10 * 366 * 24 * 3600);

/// Parses a time in RFC 3339, or an age: a number with its unit.
pub(crate) fn parse(text: &str) -> Result<Timestamp, InvalidValue> {
    parse_at(text, SystemTime::now())
}

fn parse_at(text: &str, now: SystemTime) -> Result<Timestamp, InvalidValue> {
    let ago = |ago| {
        let since = now.checked_sub(ago)?.duration_since(UNIX_EPOCH).ok()?;
        Timestamp::from_millis(i64::try_from(since.as_millis()).ok()?)
    };
    match duration::parse_up_to(text, MOST) {
        Some(duration) => ago(duration),
        None => Timestamp::parse_rfc3339(text),
    }
    .ok_or_else(|| InvalidValue::new("time", RULE, text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_and_how_long_ago() {
        let now = UNIX_EPOCH + Duration::from_millis(1_770_724_800_500);
        for (text, millis) in [
            ("2026-02-10T12:00:00Z", 1_770_724_800_000),
            ("2026-02-10T14:00:00+02:00", 1_770_724_800_000),
            ("0s", 1_770_724_800_500),
            ("2h", 1_770_717_600_500),
            ("3d", 1_770_465_600_500),
        ] {
            let parsed = parse_at(text, now).map(Timestamp::as_millis);
            assert_eq!(parsed, Ok(millis), "{text}");
        }
    }

    #[test]
    fn nothing_is_guessed() {
        for text in [
            "",
            "2",
            "h",
            "-2h",
            "2 h",
            "yesterday",
            "2026-02-10",
            "2026-02-10T12:00:00",
            "99999999d",
        ] {
            assert!(parse(text).is_err(), "{text:?}");
        }
    }
}
