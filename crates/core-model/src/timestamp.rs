//! A point in time as the vendors give it.

use std::fmt;

use serde::{Serialize, Serializer};
use time::{OffsetDateTime, UtcOffset, format_description::well_known::Rfc3339};

/// A point in time, in whole milliseconds since 1970-01-01T00:00:00Z, within the years 0 to 9999.
///
/// Printed as RFC 3339 in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Timestamp(i64);

impl Timestamp {
    /// From milliseconds since the epoch; `None` outside the years 0 to 9999.
    pub fn from_millis(millis: i64) -> Option<Self> {
        let at = OffsetDateTime::from_unix_timestamp_nanos(i128::from(millis) * 1_000_000).ok()?;
        (0..=9999).contains(&at.year()).then_some(Self(millis))
    }

    /// Parses RFC 3339 with 0 to 9 fraction digits and any offset. White space inside is passed over:
    /// the published example of one vendor carries a stray space.
    pub fn parse_rfc3339(text: &str) -> Option<Self> {
        let compact: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        let at = OffsetDateTime::parse(&compact, &Rfc3339).ok()?;
        Self::from_millis(i64::try_from(at.unix_timestamp_nanos().div_euclid(1_000_000)).ok()?)
    }

    /// Milliseconds since the epoch.
    pub const fn as_millis(self) -> i64 {
        self.0
    }

    /// This time and `millis` milliseconds more; `None` where that is out of range.
    pub fn plus_millis(self, millis: i64) -> Option<Self> {
        Self::from_millis(self.0.checked_add(millis)?)
    }
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
    }

    proptest! {
        #[test]
        fn parse_is_the_inverse_of_print(millis in -62_167_219_200_000_i64..=253_402_300_799_999) {
            let at = Timestamp::from_millis(millis).unwrap();
            prop_assert_eq!(Timestamp::parse_rfc3339(&at.to_string()), Some(at));
        }
    }
}
