//! A point in time, absolute or relative to now.
//!
//! A date without a time is its start, and a time without a zone is in UTC: everything that is printed is in UTC, too, and
//! the same command line means the same on every machine.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use countermand_core_model::{InvalidValue, Timestamp};

use super::duration;

const RULE: &str = "must be a date or time such as 2026-02-10, 2026-02-10T12:00 or 2026-02-10T12:00:00+01:00 (UTC unless \
                    it names a zone), or an age such as 30m, 2h, 3d or 2w";
const MOST: Duration = Duration::from_secs(10 * 366 * 24 * 3600);

/// Parses a date, a time, or an age: a duration before now.
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
        None => absolute(text),
    }
    .ok_or_else(|| InvalidValue::new("time", RULE, text))
}

/// Parses RFC 3339, of which the seconds, the zone, or the whole time may be left out. The time may follow a space, as in
/// the tables that are printed.
fn absolute(text: &str) -> Option<Timestamp> {
    let (date, time) = text.split_at_checked("2026-02-10".len())?;
    if time.is_empty() {
        return Timestamp::parse_rfc3339(&format!("{date}T00:00:00Z"));
    }
    let time = time.strip_prefix(['T', 't', ' '])?;
    let zone = time.find(['Z', 'z', '+', '-']).unwrap_or(time.len());
    let (clock, zone) = time.split_at(zone);
    let seconds = if clock.len() == "12:00".len() {
        ":00"
    } else {
        ""
    };
    let zone = if zone.is_empty() { "Z" } else { zone };
    Timestamp::parse_rfc3339(&format!("{date}T{clock}{seconds}{zone}"))
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
            ("2026-02-10 12:00Z", 1_770_724_800_000),
            ("2026-02-10T12:00", 1_770_724_800_000),
            ("2026-02-10 12:00:00.25", 1_770_724_800_250),
            ("2026-02-10T14:00+02:00", 1_770_724_800_000),
            ("2026-02-10", 1_770_681_600_000),
            ("0s", 1_770_724_800_500),
            ("2h", 1_770_717_600_500),
            ("3d", 1_770_465_600_500),
            ("2w", 1_769_515_200_500),
            ("1h30m", 1_770_719_400_500),
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
            "2026-02-30",
            "2026-02-10T",
            "2026-02-10T12",
            "2026-02-10X12:00",
            "2026-02-10Z",
            "20260210",
            "10.02.2026",
            "2026-02-10é",
            "99999999d",
        ] {
            assert!(parse(text).is_err(), "{text:?}");
        }
    }
}
