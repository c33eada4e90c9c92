//! Takes secrets out of text that is not JSON: what is assigned to the name of one.

use super::secret_names::{is_of_value, is_secret_name};
use crate::secret::REDACTED;

/// Where the value of an unquoted name ends.
const ENDS: &[char] = &[',', ';', '&', ')', ']', '}', '<', '>', '"', '\'', '`', '\\'];

const QUOTES: &[char] = &['"', '\'', '`', '\\'];

/// The schemes of an authorization.
const SCHEMES: &[&str] = &["bearer", "basic", "digest", "token"];

/// Takes what `text` assigns to names of secrets out of it. `None` where it assigns nothing to one.
pub(super) fn redacted(text: &str) -> Option<String> {
    let mut clean = String::new();
    let mut done = 0;
    let mut from = 0;
    while let Some(at) = text.get(from..).and_then(|rest| rest.find([':', '=', '>'])) {
        let at = from + at;
        from = at + 1;
        let (Some(before), Some(after)) = (text.get(done..at), text.get(from..)) else {
            break;
        };
        let found = match text.as_bytes().get(at) {
            Some(b'>') => element(before, after),
            Some(sign) => assigned(before, after, *sign == b'='),
            None => None,
        };
        if let Some((skipped, value)) = found {
            clean.push_str(text.get(done..from + skipped).unwrap_or_default());
            clean.push_str(REDACTED);
            done = from + skipped + value;
            from = done;
        }
    }
    if done == 0 {
        return None;
    }
    clean.push_str(text.get(done..).unwrap_or_default());
    (clean != text).then_some(clean)
}

/// The start and length of the value of a secret after a colon or an equals sign.
fn assigned(before: &str, after: &str, is_equals: bool) -> Option<(usize, usize)> {
    let name = before.trim_end();
    let unquoted = name.trim_end_matches(QUOTES);
    let is_quoted = unquoted.len() < name.len();
    let name = last_name(unquoted);
    let is_value = is_quoted && is_of_value(name) && beside_a_secret_name(unquoted, after);
    if !is_secret_name(name) && !is_value {
        return None;
    }
    let value = after.trim_start_matches(|c: char| c.is_whitespace() || c == '=');
    let inner = value.trim_start_matches(QUOTES);
    let skipped = after.len() - inner.len();
    let length = if inner.len() < value.len() {
        inner.find(QUOTES.get(..3)?).map_or(inner.len(), |end| {
            inner
                .get(..end)
                .unwrap_or_default()
                .trim_end_matches('\\')
                .len()
        })
    } else if inner.starts_with(['{', '[']) {
        inner.len()
    } else {
        let mut length = word(inner);
        let first = inner.get(..length).unwrap_or_default();
        if SCHEMES
            .iter()
            .any(|scheme| scheme.eq_ignore_ascii_case(first))
        {
            length = inner.find(['\n', ',', '"']).unwrap_or(inner.len());
        } else if !is_equals && !is_quoted && !first.contains(|c: char| c.is_ascii_digit()) {
            // A sentence: "token: expired".
            return None;
        }
        length
    };
    (length > 0 && !inner.starts_with(REDACTED)).then_some((skipped, length))
}

/// Returns whether the object around this place names a secret: `{"name":"newPassword","value":`.
fn beside_a_secret_name(before: &str, after: &str) -> bool {
    let start = before.rfind('{').unwrap_or(0);
    let end = after.find('}').unwrap_or(after.len());
    let around = [before.get(start..), after.get(..end)];
    let mut parts = around
        .into_iter()
        .flatten()
        .flat_map(|text| text.split(QUOTES));
    parts.any(|part| is_secret_name(part.trim()))
}

/// The start and length of the text of a secret after a tag of XML or of a property list.
fn element(before: &str, after: &str) -> Option<(usize, usize)> {
    let (_, tag) = before.rsplit_once('<')?;
    let name = tag.split_whitespace().next()?;
    // With a prefix: `a:password`.
    if !name.split(':').all(|part| part == last_name(part)) {
        return None;
    }
    let length = |text: &str| text.find("</").unwrap_or(text.len());
    let (skipped, value) = if is_secret_name(name) {
        (0, length(after))
    } else if name.eq_ignore_ascii_case("key") {
        let (key, rest) = after.split_once("</key>")?;
        let start = rest.find('>').filter(|_| is_secret_name(key.trim()))? + 1;
        (after.len() - rest.len() + start, length(rest.get(start..)?))
    } else {
        return None;
    };
    let is_new = after
        .get(skipped..)
        .is_some_and(|text| !text.starts_with(REDACTED));
    (value > 0 && is_new).then_some((skipped, value))
}

/// The name at the end of a text.
pub(super) fn last_name(text: &str) -> &str {
    let is_of_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.');
    let start = text.trim_end_matches(is_of_name).len();
    text.get(start..).unwrap_or_default()
}

fn word(text: &str) -> usize {
    text.find(|c: char| c.is_whitespace() || ENDS.contains(&c))
        .unwrap_or(text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_assigned_to_a_secret_goes() {
        for text in [
            "newPassword=hunter22",
            "bad request: user=bob&newPassword=hunter22&x=1",
            "newPassword: hunter22 is too short",
            "\"newPassword\":\"hunter22\"",
            "{\\\"newPassword\\\" : \\\"hunter22\\\"}",
            "'pin': 'hunter22'",
            "\"pin\": hunter22}",
            "\"credentials\":{\"a\":\"hunter22\"}",
            "Authorization: Bearer hunter22hunter22",
            "<password>hunter22</password>",
            "<a:newPassword x='1'>hunter22</a:newPassword>",
            "<dict><key>UnlockToken</key>\n<data>hunter22</data></dict>",
            "pin=1 pin=hunter22",
        ] {
            let clean = redacted(text).unwrap();
            assert!(!clean.contains("hunter22"), "{text} -> {clean}");
            assert!(clean.contains(REDACTED), "{clean}");
            assert_eq!(redacted(&clean), None, "{clean}");
        }
    }

    #[test]
    fn a_sentence_stays() {
        for text in [
            "Invalid token: expired",
            "accessToken: must not be empty",
            "productKey=abc1",
            "2026-02-10T12:00:00Z",
            "<key>Name</key><string>x</string>",
            "password=",
            "a=b:c>d",
            "",
        ] {
            assert_eq!(redacted(text), None, "{text}");
        }
    }
}
