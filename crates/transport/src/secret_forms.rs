//! The forms of a secret in an answer, and how each may be escaped.

use std::ops::Range;

const STANDARD: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const URL_SAFE: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// The alphabet of a form of a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// The secret itself, or the digits of its bytes.
    Plain,
    /// The part of a Base64 text that depends on the secret alone. Lines may end anywhere in it.
    Base64,
}

/// A secret in hexadecimal digits, small and capital ones.
pub(crate) fn hexadecimal(plain: &str) -> [(Form, String); 2] {
    let digits = plain.bytes().flat_map(|byte| [byte >> 4, byte & 15]);
    let small: String = digits
        .filter_map(|digit| char::from_digit(u32::from(digit), 16))
        .collect();
    let capital = small.to_uppercase();
    [(Form::Plain, small), (Form::Plain, capital)]
}

/// A secret in Base64, in the middle of a longer text: the text before moves it by none, one or two bytes.
pub(crate) fn base64(plain: &str) -> Vec<(Form, String)> {
    let mut forms = Vec::new();
    for alphabet in [STANDARD, URL_SAFE] {
        for before in 0..3 {
            let bytes = [&[0; 3][..before], plain.as_bytes()].concat();
            let skipped = (before * 8).div_ceil(6);
            let sixths = (skipped..bytes.len() * 8 / 6).filter_map(|at| sixth(&bytes, at));
            let text: String = sixths
                .filter_map(|sixth| alphabet.get(usize::from(sixth)))
                .map(|letter| char::from(*letter))
                .collect();
            forms.push((Form::Base64, text));
        }
    }
    forms.sort_by(|(_, one), (_, other)| one.cmp(other));
    forms.dedup();
    forms
}

/// Six bits.
fn sixth(bytes: &[u8], at: usize) -> Option<u8> {
    let first = u16::from(*bytes.get(at * 6 / 8)?) << 8;
    let both = first | u16::from(bytes.get(at * 6 / 8 + 1).copied().unwrap_or_default());
    u8::try_from((both >> (10 - at * 6 % 8)) & 63).ok()
}

impl Form {
    /// The end of `secret` at `start` of `text`. None where it is not there.
    pub(crate) fn matched(self, text: &[u8], start: usize, secret: &str) -> Option<usize> {
        // A backslash may stand for itself, and may be escaped by another one.
        if text.get(start..)?.starts_with(secret.as_bytes()) && !secret.contains('\\') {
            return Some(start + secret.len());
        }
        let mut at = start;
        for c in secret.chars() {
            if self == Self::Base64 && at > start {
                at = without_line_ends(text, at);
            }
            at = character(text, at, c)?;
        }
        Some(at)
    }

    /// The found range, with the characters of Base64 that hold its first and its last bits.
    pub(crate) fn extended(self, text: &[u8], start: usize, end: usize) -> Range<usize> {
        let is_letter = |at: Option<usize>| {
            self == Self::Base64
                && at.and_then(|at| text.get(at)).is_some_and(|byte| {
                    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'-' | b'_')
                })
        };
        let start = start - usize::from(is_letter(start.checked_sub(1)));
        start..end + usize::from(is_letter(Some(end)))
    }
}

/// The end of this character, however it is written. Escapes come first: one may begin with the character that
/// it stands for.
fn character(text: &[u8], at: usize, c: char) -> Option<usize> {
    let escaped = match text.get(at)? {
        b'\\' => escape(text, at),
        b'&' => entity(text, at),
        b'+' => Some((' ', at + 1)),
        _ => None,
    };
    match escaped {
        Some((found, end)) if found == c => Some(end),
        // In JSON there are two.
        _ if c == '\\' && text.get(at..)?.starts_with(b"\\\\") => Some(at + 2),
        _ => bytes(text, at, c),
    }
}

/// The end of this character, as it is or percent-encoded.
fn bytes(text: &[u8], mut at: usize, c: char) -> Option<usize> {
    for byte in c.encode_utf8(&mut [0; 4]).bytes() {
        let percent = percent(text, at).filter(|(found, _)| *found == byte);
        at = match (percent, text.get(at)?) {
            (Some((_, end)), _) => end,
            (None, found) if *found == byte => at + 1,
            _ => return None,
        };
    }
    Some(at)
}

/// A percent-encoded byte, whose percent sign may be encoded itself.
fn percent(text: &[u8], at: usize) -> Option<(u8, usize)> {
    if text.get(at)? != &b'%' {
        return None;
    }
    let mut at = at + 1;
    while text.get(at..).is_some_and(|rest| rest.starts_with(b"25"))
        && text
            .get(at + 2..at + 4)
            .is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
    {
        at += 2;
    }
    Some((u8::try_from(number(text, at, 2, 16)?).ok()?, at + 2))
}

/// An escape of JSON, whose backslash may be escaped itself.
fn escape(text: &[u8], at: usize) -> Option<(char, usize)> {
    let backslashes = text
        .get(at..)?
        .iter()
        .take_while(|byte| **byte == b'\\')
        .count();
    let at = at + backslashes;
    let character = match text.get(at)? {
        b'u' => return unicode(text, at),
        b'x' => return Some((char::from_u32(number(text, at + 1, 2, 16)?)?, at + 3)),
        b'n' => '\n',
        b'r' => '\r',
        b't' => '\t',
        b'b' => '\u{8}',
        b'f' => '\u{c}',
        other => char::from(*other),
    };
    Some((character, at + 1))
}

/// The `u` and four digits after a backslash, twice for a surrogate pair.
fn unicode(text: &[u8], at: usize) -> Option<(char, usize)> {
    let unit = |at: usize| u16::try_from(number(text, at + 1, 4, 16)?).ok();
    let first = unit(at)?;
    let end = at + 5;
    if let Some(Ok(character)) = char::decode_utf16([first]).next() {
        return Some((character, end));
    }
    let backslashes = text
        .get(end..)?
        .iter()
        .take_while(|byte| **byte == b'\\')
        .count();
    let second = end + backslashes;
    if text.get(second)? != &b'u' {
        return None;
    }
    let character = char::decode_utf16([first, unit(second)?]).next()?.ok()?;
    Some((character, second + 5))
}

/// A character reference of HTML.
fn entity(text: &[u8], at: usize) -> Option<(char, usize)> {
    /// The longest, with leading zeros.
    const LONGEST: usize = 12;
    let rest = text.get(at + 1..)?;
    let length = rest.iter().take(LONGEST).position(|byte| *byte == b';')?;
    let name = std::str::from_utf8(rest.get(..length)?).ok()?;
    let character = match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        _ => {
            let digits = name.strip_prefix('#')?;
            let number = match digits.strip_prefix(['x', 'X']) {
                Some(digits) => u32::from_str_radix(digits, 16),
                None => digits.parse(),
            };
            char::from_u32(number.ok()?)?
        }
    };
    Some((character, at + 1 + length + 1))
}

fn number(text: &[u8], at: usize, digits: usize, radix: u32) -> Option<u32> {
    let digits = text.get(at..at + digits)?;
    digits.iter().try_fold(0, |number, digit| {
        Some(number * radix + char::from(*digit).to_digit(radix)?)
    })
}

/// The place after line ends, as they are or escaped.
fn without_line_ends(text: &[u8], mut at: usize) -> usize {
    loop {
        at += match text.get(at..) {
            Some([b'\r' | b'\n', ..]) => 1,
            Some([b'\\', b'r' | b'n', ..]) => 2,
            _ => return at,
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_in_the_middle_of_something() {
        let texts: Vec<String> = base64("secret").into_iter().map(|(_, text)| text).collect();
        // "secret" is c2VjcmV0, "xsecret" eHNlY3JldA and "xxsecret" eHhzZWNyZXQ.
        assert_eq!(
            texts,
            [
                "NlY3JldA"[..7].to_owned(),
                "c2VjcmV0".to_owned(),
                "zZWNyZX".to_owned()
            ]
        );
    }
}
