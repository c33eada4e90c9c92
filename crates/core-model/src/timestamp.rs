//! A point in time as the providers give it.

use std::{fmt, ops::RangeInclusive};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use time::{Date, Month, OffsetDateTime, UtcOffset, format_description::well_known::Rfc3339};

/// 1970-01-01 as a Julian day.
const EPOCH: i32 = 2_440_588;

/// 2000-01-01T00:00:00Z in milliseconds.
const YEAR_2000: i64 = 946_684_800_000;

/// A point in time, in whole milliseconds since 1970-01-01T00:00:00Z, within the years 0 to 9999.
///
/// Printed as RFC 3339 in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Timestamp(i64);

impl Timestamp {
    /// The first and the last: 0000-01-01T00:00:00.000Z and 9999-12-31T23:59:59.999Z.
    const RANGE: RangeInclusive<i64> = -62_167_219_200_000..=253_402_300_799_999;

    /// From milliseconds since the epoch; `None` outside the years 0 to 9999.
    pub fn from_millis(millis: i64) -> Option<Self> {
        Self::RANGE.contains(&millis).then_some(Self(millis))
    }

    /// Parses RFC 3339 with 0 to 9 fraction digits and any offset. White space inside is passed over:
    /// the published example of one provider carries a stray space.
    pub fn parse_rfc3339(text: &str) -> Option<Self> {
        plain(text.as_bytes()).or_else(|| Self::parse_any_rfc3339(text))
    }

    fn parse_any_rfc3339(text: &str) -> Option<Self> {
        let compact: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        let at = OffsetDateTime::parse(&compact, &Rfc3339).ok()?;
        Self::from_millis(i64::try_from(at.unix_timestamp_nanos().div_euclid(1_000_000)).ok()?)
    }

    /// Milliseconds since the epoch.
    pub const fn as_millis(self) -> i64 {
        self.0
    }

    /// Returns whether it can be the creation time of a command: one before the year 2000 is a 0, or seconds that were
    /// read as milliseconds.
    pub const fn is_plausible(self) -> bool {
        self.0 >= YEAR_2000
    }

    /// This time and `millis` milliseconds more; `None` where that is out of range.
    pub fn plus_millis(self, millis: i64) -> Option<Self> {
        Self::from_millis(self.0.checked_add(millis)?)
    }
}

/// Reads the most frequent form, `2026-02-10T12:00:00.123Z` with or without a fraction. `None` where the text has
/// another form.
fn plain(text: &[u8]) -> Option<Timestamp> {
    let (seconds, rest) = text.split_first_chunk::<19>()?;
    let [
        y3,
        y2,
        y1,
        y0,
        b'-',
        o1,
        o0,
        b'-',
        d1,
        d0,
        b'T',
        h1,
        h0,
        b':',
        m1,
        m0,
        b':',
        s1,
        s0,
    ] = seconds
    else {
        return None;
    };
    let year = i32::try_from(number(&[*y3, *y2, *y1, *y0])?).ok()?;
    let month = Month::try_from(u8::try_from(number(&[*o1, *o0])?).ok()?).ok()?;
    let day = u8::try_from(number(&[*d1, *d0])?).ok()?;
    let days = Date::from_calendar_date(year, month, day)
        .ok()?
        .to_julian_day()
        - EPOCH;
    let (hour, minute, second) = (
        number(&[*h1, *h0])?,
        number(&[*m1, *m0])?,
        number(&[*s1, *s0])?,
    );
    if hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let millis = fraction_millis(rest.strip_suffix(b"Z")?)?;
    let seconds = i64::from(days) * 86_400 + hour * 3_600 + minute * 60 + second;
    Timestamp::from_millis(seconds * 1_000 + millis)
}

/// Reads a fraction of a second, `.123` or nothing, as milliseconds.
fn fraction_millis(text: &[u8]) -> Option<i64> {
    match text {
        [] => Some(0),
        [b'.', a] => Some(number(&[*a])? * 100),
        [b'.', a, b] => Some(number(&[*a, *b])? * 10),
        [b'.', fraction @ ..] if fraction.len() <= 9 => {
            number(fraction)?;
            number(fraction.get(..3)?)
        }
        _ => None,
    }
}

/// Reads decimal digits.
fn number(digits: &[u8]) -> Option<i64> {
    digits.iter().try_fold(0_i64, |number, digit| {
        digit
            .is_ascii_digit()
            .then(|| number * 10 + i64::from(digit - b'0'))
    })
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = OffsetDateTime::from_unix_timestamp_nanos(i128::from(self.0) * 1_000_000)
            .ok()
            .and_then(|at| at.to_offset(UtcOffset::UTC).format(&Rfc3339).ok());
        f.write_str(&text.ok_or(fmt::Error)?)
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Rfc3339Visitor;
        impl de::Visitor<'_> for Rfc3339Visitor {
            type Value = Timestamp;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a time by RFC 3339")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Timestamp, E> {
                Timestamp::parse_rfc3339(text)
                    .ok_or_else(|| E::invalid_value(de::Unexpected::Str(text), &self))
            }
        }
        deserializer.deserialize_str(Rfc3339Visitor)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn every_form_the_vendors_use() {
        for (text, millis) in [
            ("2026-02-10T12:00:00Z", 1_770_724_800_000),
            ("2026-02-10T12: 00:00Z", 1_770_724_800_000),
            ("2026-02-10T14:00:00.5+02:00", 1_770_724_800_500),
            ("2026-02-10T12:00:00.123456789Z", 1_770_724_800_123),
            ("2026-02-10T06:30:00-05:30", 1_770_724_800_000),
        ] {
            assert_eq!(
                Timestamp::parse_rfc3339(text).map(Timestamp::as_millis),
                Some(millis),
                "{text}"
            );
        }
    }

    #[test]
    fn what_is_no_time_is_none() {
        for text in [
            "",
            "yesterday",
            "2026-02-30T00:00:00Z",
            "2026-02-10",
            "2026-02-10T12:00:00",
            "20260210T120000Z",
        ] {
            assert_eq!(Timestamp::parse_rfc3339(text), None, "{text}");
        }
        assert_eq!(Timestamp::from_millis(i64::MAX), None);
        assert_eq!(Timestamp::from_millis(i64::MIN), None);
        assert_eq!(Timestamp::from_millis(-62_167_219_200_001), None);
        assert_eq!(Timestamp::from_millis(253_402_300_800_000), None);
    }

    #[test]
    fn a_time_before_the_year_2000_is_not_plausible() {
        for (millis, plausible) in [
            (0, false),
            (-1, false),
            (1_560_505_243, false),
            (15_605_052_435, false),
            (946_684_799_999, false),
            (946_684_800_000, true),
            (1_560_505_243_577, true),
        ] {
            let at = Timestamp::from_millis(millis).unwrap();
            assert_eq!(at.is_plausible(), plausible, "{at}");
        }
    }

    proptest! {
        #[test]
        fn parse_is_the_inverse_of_print(millis in -62_167_219_200_000_i64..=253_402_300_799_999) {
            let at = Timestamp::from_millis(millis).unwrap();
            prop_assert_eq!(Timestamp::parse_rfc3339(&at.to_string()), Some(at));
        }

        #[test]
        fn the_short_way_leads_where_the_long_one_does(
            text in r"[0-9]{4}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-6][0-9]:[0-6][0-9](\.[0-9]{0,10})?[Zz]"
        ) {
            if let Some(at) = plain(text.as_bytes()) {
                prop_assert_eq!(Timestamp::parse_any_rfc3339(&text), Some(at));
            }
        }

        #[test]
        fn a_plain_time_goes_the_short_way(millis in -62_167_219_200_000_i64..=253_402_300_799_999) {
            let at = Timestamp::from_millis(millis).unwrap();
            prop_assert_eq!(plain(at.to_string().as_bytes()), Some(at));
        }
    }
}
