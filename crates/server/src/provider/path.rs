//! The segments of a path.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

/// Returns the decoded segments of `path`, which begins with a slash. `None` where a segment is empty, is `.` or `..`, has
/// a slash, a backslash or a control character, or is not UTF-8: such a path could mean another one elsewhere.
pub(crate) fn segments(path: &str) -> Option<Vec<Cow<'_, str>>> {
    path.strip_prefix('/')?.split('/').map(segment).collect()
}

/// The longest segment, in bytes.
const LONGEST: usize = 512;

/// Returns whether two hexadecimal digits follow each percent sign.
pub(super) fn is_well_encoded(text: &str) -> bool {
    text.split('%').skip(1).all(|rest| {
        let digits = rest.as_bytes().get(..2);
        digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
    })
}

fn segment(raw: &str) -> Option<Cow<'_, str>> {
    if !is_well_encoded(raw) {
        return None;
    }
    let text = percent_decode_str(raw).decode_utf8().ok()?;
    let means_more = text.is_empty()
        || text.len() > LONGEST
        || text == "."
        || text == ".."
        || text
            .chars()
            .any(|c| matches!(c, '/' | '\\' | '%') || c.is_control());
    (!means_more).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_its_segments() {
        assert_eq!(
            segments("/relay/fleet/organizations/a%2Db").unwrap(),
            ["relay", "fleet", "organizations", "a-b"]
        );
    }

    #[test]
    fn what_could_mean_another_path_means_none() {
        for path in [
            "",
            "relay",
            "/",
            "//x",
            "/x/",
            "/x//y",
            "/x/../y",
            "/x/./y",
            "/x/%2e%2e/y",
            "/x/%2E/y",
            "/x/a%2Fb",
            "/x/a%5cb",
            "/x/a\\b",
            "/x/a%00",
            "/x/a%0d%0ab",
            "/x/%252e%252e/y",
            "/x/%ff",
        ] {
            assert_eq!(segments(path), None, "{path}");
        }
    }
}
