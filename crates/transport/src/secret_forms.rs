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
    /// Returns the end of `secret` at `start` of `text`, or `None` if it is not there. Escapes are ambiguous (`%25aa` is
    /// `%aa`, or one byte that was escaped twice): every reading is followed, and the longest counts.
    pub(crate) fn matched(self, text: &[u8], start: usize, secret: &str) -> Option<usize> {
        let mut chars = secret.chars();
        let mut ends = Vec::new();
        character(text, start, chars.next()?, &mut ends);
        for c in chars {
            let mut next = Vec::new();
            for at in ends {
                let at = match self {
                    Self::Plain => at,
                    Self::Base64 => without_line_ends(text, at),
                };
                character(text, at, c, &mut next);
            }
            next.sort_unstable();
            next.dedup();
            ends = next;
            if ends.is_empty() {
                break;
            }
        }
        ends.pop()
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

/// Adds every end of this character, however it is written.
fn character(text: &[u8], at: usize, c: char, ends: &mut Vec<usize>) {
    let escaped = match text.get(at) {
        Some(b'\\') => escape(text, at),
        Some(b'&') => entity(text, at),
        Some(b'+') => Some((' ', at + 1)),
        _ => None,
    };
    ends.extend(escaped.filter(|(found, _)| *found == c).map(|(_, end)| end));
    if c == '\\' {
        // Each level of JSON doubles them.
        let run = backslashes(text, at);
        ends.extend(
            [2, 4, 8]
                .into_iter()
                .filter(|many| *many <= run)
                .map(|many| at + many),
        );
    }
    bytes(text, at, c.encode_utf8(&mut [0; 4]).as_bytes(), ends);
}

/// Adds every end of these bytes, as they are or percent-encoded.
fn bytes(text: &[u8], at: usize, wanted: &[u8], ends: &mut Vec<usize>) {
    let Some((byte, rest)) = wanted.split_first() else {
        return ends.push(at);
    };
    if text.get(at) == Some(byte) {
        bytes(text, at + 1, rest, ends);
    }
    if text.get(at) != Some(&b'%') {
        return;
    }
    // The percent sign may be encoded itself, any number of times.
    let mut digits = at + 1;
    loop {
        if number(text, digits, 2, 16) == Some(u32::from(*byte)) {
            bytes(text, digits + 2, rest, ends);
        }
        if !text
            .get(digits..)
            .is_some_and(|rest| rest.starts_with(b"25"))
        {
            return;
        }
        digits += 2;
    }
}

/// Returns how many backslashes there are at this place.
pub(crate) fn backslashes(text: &[u8], at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    rest.iter().take_while(|byte| **byte == b'\\').count()
}

/// An escape of JSON, whose backslash may be escaped itself.
pub(crate) fn escape(text: &[u8], at: usize) -> Option<(char, usize)> {
    let at = at + backslashes(text, at);
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
    let second = end + backslashes(text, end);
    if text.get(second)? != &b'u' {
        return None;
    }
    let character = char::decode_utf16([first, unit(second)?]).next()?.ok()?;
    Some((character, second + 5))
}

/// A character reference of HTML.
pub(crate) fn entity(text: &[u8], at: usize) -> Option<(char, usize)> {
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

pub(crate) fn number(text: &[u8], at: usize, digits: usize, radix: u32) -> Option<u32> {
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
