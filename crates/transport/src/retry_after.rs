//! The `Retry-After` header.

use std::time::{Duration, SystemTime};

use countermand_core_model::Timestamp;
use http::{HeaderMap, header::RETRY_AFTER};

/// The wait that the header `Retry-After` asks for (RFC 9110, 10.2.3): a number of seconds, or a date,
/// which counts from `now`; a past one asks for no wait. `None` for any other text.
///
/// At most `u32::MAX` seconds. The caller sets the limit.
/// In a browser the header shows only where the server exposes it to other origins.
pub fn retry_after(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    let seconds = if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        // Too many digits are a very long wait, not an error.
        return Some(Duration::from_secs(
            text.parse::<u32>().unwrap_or(u32::MAX).into(),
        ));
    } else {
        httpdate::parse_http_date(text)
            .ok()?
            .duration_since(SystemTime::UNIX_EPOCH)
            .ok()?
    };
    let now = Duration::from_millis(u64::try_from(now.as_millis()).unwrap_or(0));
    let wait = seconds.saturating_sub(now);
    Some(wait.min(Duration::from_secs(u32::MAX.into())))
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn parsed(text: &str) -> Option<Duration> {
        let mut headers = HeaderMap::new();
        headers.insert(RETRY_AFTER, HeaderValue::from_str(text).unwrap());
        // Thu, 12 Feb 2026 08:30:00.250 GMT
        let now = Timestamp::from_millis(1_770_885_000_250).unwrap();
        retry_after(&headers, now)
    }

    #[test]
    fn seconds() {
        assert_eq!(parsed("0"), Some(Duration::ZERO));
        assert_eq!(parsed(" 120 "), Some(Duration::from_secs(120)));
        for huge in ["4294967296", "99999999999999999999999999"] {
            assert_eq!(parsed(huge), Some(Duration::from_secs(u32::MAX.into())));
        }
    }

    #[test]
    fn every_form_of_a_date() {
        for text in [
            "Thu, 12 Feb 2026 08:30:10 GMT",
            "Thursday, 12-Feb-26 08:30:10 GMT",
            "Thu Feb 12 08:30:10 2026",
        ] {
            assert_eq!(parsed(text), Some(Duration::from_millis(9750)), "{text}");
        }
        assert_eq!(
            parsed("Thu, 12 Feb 2026 08:29:00 GMT"),
            Some(Duration::ZERO)
        );
        assert_eq!(
            parsed("Fri, 31 Dec 9999 23:59:59 GMT"),
            Some(Duration::from_secs(u32::MAX.into()))
        );
    }

    #[test]
    fn nonsense_is_no_wish() {
        for text in [
            "",
            "soon",
            "-1",
            "+1",
            "1.5",
            "1s",
            "12 Feb 2026",
            "Thu, 32 Feb 2026 08:30:10 GMT",
        ] {
            assert_eq!(parsed(text), None, "{text:?}");
        }
        let now = Timestamp::from_millis(0).unwrap();
        assert_eq!(retry_after(&HeaderMap::new(), now), None);
    }
}
