//! Durations as the provider writes them: `"3600s"`, `"3.5s"` or a number of seconds.

use crate::wire::scalar::Scalar;

/// Whole milliseconds; `None` where it is not a duration, or is negative.
pub(crate) fn millis(duration: &Scalar<impl AsRef<str>>) -> Option<i64> {
    match duration {
        Scalar::Text(text) => decimal(text.as_ref().trim().strip_suffix(['s', 'S'])?),
        Scalar::Number(number) => match number.as_u64() {
            Some(seconds) => i64::try_from(seconds).ok()?.checked_mul(1_000),
            // Printed in full, a fraction has the digits that the provider sent.
            None => decimal(&number.to_string()),
        },
        _ => None,
    }
}

/// Digits with an optional fraction, cut off at milliseconds.
fn decimal(text: &str) -> Option<i64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    if !digits(whole) || !digits(fraction) {
        return None;
    }
    let millis = fraction.bytes().chain(*b"000").take(3);
    let millis = millis.fold(0, |millis, digit| millis * 10 + i64::from(digit - b'0'));
    whole
        .parse::<i64>()
        .ok()?
        .checked_mul(1_000)?
        .checked_add(millis)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(json: &str) -> Option<i64> {
        millis(&serde_json::from_str::<Scalar>(json).unwrap())
    }

    #[test]
    fn the_three_forms() {
        for (json, wanted) in [
            (r#""3600s""#, 3_600_000),
            (r#""3.5s""#, 3_500),
            (r#""0.123456789s""#, 123),
            (r#""0s""#, 0),
            ("3600", 3_600_000),
            ("3.5", 3_500),
        ] {
            assert_eq!(of(json), Some(wanted), "{json}");
        }
    }

    #[test]
    fn everything_else_is_none() {
        for json in [
            "null",
            "true",
            "{}",
            r#""""#,
            r#""s""#,
            r#"".5s""#,
            r#""5.s""#,
            r#""-5s""#,
            r#""1e3s""#,
            r#""infs""#,
            r#""3600""#,
            r#""1h""#,
            "-5",
            "1e300",
            r#""99999999999999999999s""#,
            "18446744073709551615",
        ] {
            assert_eq!(of(json), None, "{json}");
        }
    }
}
