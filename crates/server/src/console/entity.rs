//! Versions and encodings of a file: `ETag` and `Accept-Encoding`.

use http::{
    HeaderMap,
    header::{ACCEPT_ENCODING, IF_NONE_MATCH},
};
use sha2::{Digest, Sha256};

/// Returns the tag of a content. A compressed form has other bytes and so another tag.
pub(crate) fn tag(content: &[u8]) -> String {
    let digest = Sha256::digest(content);
    let hex: String = digest.iter().take(12).map(|b| format!("{b:02x}")).collect();
    format!("\"{hex}\"")
}

/// Returns whether the client has the version with this tag.
pub(crate) fn is_known(headers: &HeaderMap, tag: &str) -> bool {
    headers
        .get_all(IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(str::trim)
        .any(|known| known == "*" || known.strip_prefix("W/").unwrap_or(known) == tag)
}

/// Returns whether the client accepts an encoding. A missing header or a weight of zero means no.
pub(crate) fn accepts(headers: &HeaderMap, encoding: &str) -> bool {
    let mut any = false;
    for entry in headers
        .get_all(ACCEPT_ENCODING)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
    {
        let mut parts = entry.split(';').map(str::trim);
        let name = parts.next().unwrap_or_default();
        let refused = parts
            .filter_map(|part| part.strip_prefix("q=").or_else(|| part.strip_prefix("Q=")))
            .any(|weight| {
                weight
                    .trim()
                    .parse::<f32>()
                    .is_ok_and(|weight| weight <= 0.0)
            });
        if name.eq_ignore_ascii_case(encoding) {
            return !refused;
        }
        any |= name == "*" && !refused;
    }
    any
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn accepting(value: &'static str, encoding: &str) -> bool {
        let headers = HeaderMap::from_iter([(ACCEPT_ENCODING, HeaderValue::from_static(value))]);
        accepts(&headers, encoding)
    }

    #[test]
    fn encodings_as_they_are_asked_for() {
        assert!(accepting("gzip, deflate, br", "br"));
        assert!(accepting("br;q=0.5", "br"));
        assert!(accepting("*", "br"));
        assert!(!accepting("gzip", "br"));
        assert!(!accepting("br;q=0, *", "br"));
        assert!(!accepting("*;q=0", "br"));
        assert!(!accepts(&HeaderMap::new(), "br"));
    }

    #[test]
    fn tags_are_compared_weakly_and_in_lists() {
        let tag = tag(b"x");
        for (value, known) in [
            (tag.clone(), true),
            (format!("\"a\", W/{tag}"), true),
            ("*".to_owned(), true),
            ("\"a\"".to_owned(), false),
        ] {
            let value = HeaderValue::from_str(&value).unwrap();
            let headers = HeaderMap::from_iter([(IF_NONE_MATCH, value)]);
            assert_eq!(is_known(&headers, &tag), known);
        }
    }
}
