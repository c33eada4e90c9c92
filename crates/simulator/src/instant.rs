//! The providers' formats of times.

use time::{Date, Month, OffsetDateTime, PrimitiveDateTime, Time, UtcOffset};

fn utc(ms: i64) -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp_nanos(i128::from(ms) * 1_000_000)
        .unwrap_or(OffsetDateTime::UNIX_EPOCH)
}

/// RFC 3339 with this many fraction digits; `offset_hours` 0 is printed as `Z`.
pub(crate) fn rfc3339(ms: i64, digits: usize, offset_hours: i8) -> String {
    let offset = UtcOffset::from_hms(offset_hours, 0, 0).unwrap_or(UtcOffset::UTC);
    let at = utc(ms).to_offset(offset);
    let mut text = plain(at, 'T');
    if digits > 0 {
        let nanos = format!("{:09}", at.nanosecond());
        text.push('.');
        text.push_str(nanos.get(..digits.min(9)).unwrap_or(&nanos));
    }
    if offset.is_utc() {
        text.push('Z');
    } else {
        text.push_str(&format!("{offset_hours:+03}:00"));
    }
    text
}

/// `2019-06-14 17:40:23`, in UTC: which zone "local" means is not documented.
pub(crate) fn local(ms: i64) -> String {
    plain(utc(ms), ' ')
}

fn plain(at: OffsetDateTime, between: char) -> String {
    format!(
        "{:04}-{:02}-{:02}{between}{:02}:{:02}:{:02}",
        at.year(),
        u8::from(at.month()),
        at.day(),
        at.hour(),
        at.minute(),
        at.second()
    )
}

/// Reads `2019-06-14 17:40:23` as UTC.
pub(crate) fn parse_local(text: &str) -> Option<i64> {
    let (date, clock) = text.split_once(' ')?;
    let date: Vec<&str> = date.split('-').collect();
    let clock: Vec<&str> = clock.split(':').collect();
    let ([year, month, day], [hour, minute, second]) = (date.as_slice(), clock.as_slice()) else {
        return None;
    };
    let month = Month::try_from(month.parse::<u8>().ok()?).ok()?;
    let date = Date::from_calendar_date(year.parse().ok()?, month, day.parse().ok()?).ok()?;
    let clock = Time::from_hms(
        hour.parse().ok()?,
        minute.parse().ok()?,
        second.parse().ok()?,
    )
    .ok()?;
    Some(
        PrimitiveDateTime::new(date, clock)
            .assume_utc()
            .unix_timestamp()
            * 1_000,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_print_as_documented_and_read_back() {
        assert_eq!(rfc3339(1_560_505_243_577, 0, 0), "2019-06-14T09:40:43Z");
        assert_eq!(rfc3339(1_560_505_243_577, 3, 0), "2019-06-14T09:40:43.577Z");
        assert_eq!(
            rfc3339(1_560_505_243_577, 9, 2),
            "2019-06-14T11:40:43.577000000+02:00"
        );
        assert_eq!(
            parse_local(&local(1_560_505_243_577)),
            Some(1_560_505_243_000)
        );
        assert_eq!(parse_local("2019-13-14 09:40:43"), None);
        assert_eq!(parse_local("2019-06-14"), None);
    }
}
