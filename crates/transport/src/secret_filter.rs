//! Decides in one fast pass that none of a secret's forms is in a text, as in nearly every answer.

use memchr::{memchr_iter, memchr2_iter, memchr3_iter};

use crate::secret_forms::{Form, backslashes, entity, escape, number};

/// How many bytes of the beginning of a form are looked for.
const BEGINNING: usize = 4;

/// What the forms of one secret consist of.
pub(crate) struct Filter {
    /// A bit for the hash of each form's beginning.
    beginnings: [u64; 64],
    /// The bytes that occur in the forms.
    bytes: [bool; 256],
    has_base64: bool,
}

impl Filter {
    pub(crate) fn of<'a>(forms: impl Iterator<Item = (Form, &'a str)>) -> Self {
        let mut filter = Self {
            beginnings: [0; 64],
            bytes: [false; 256],
            has_base64: false,
        };
        for (form, text) in forms {
            filter.has_base64 |= form == Form::Base64;
            for byte in text.bytes() {
                filter.bytes[usize::from(byte)] = true;
            }
            let beginning = text.bytes().take(BEGINNING).fold(0, pushed);
            let (block, bit) = place(beginning);
            filter.beginnings[block] |= bit;
        }
        filter
    }

    /// Returns whether `text` may hold one of the forms. `begins` tells whether one begins here, as it is.
    pub(crate) fn may_match(&self, text: &[u8], begins: impl Fn(&[u8]) -> bool) -> bool {
        self.has_plain(text, begins) || self.has_escape(text)
    }

    fn has_plain(&self, text: &[u8], begins: impl Fn(&[u8]) -> bool) -> bool {
        let mut last = 0;
        text.iter().enumerate().any(|(at, byte)| {
            last = pushed(last, *byte);
            let (block, bit) = place(last);
            self.beginnings[block] & bit != 0
                && (at + 1)
                    .checked_sub(BEGINNING)
                    .and_then(|start| text.get(start..))
                    .is_some_and(&begins)
        })
    }

    /// Returns whether anything in `text` stands for a character of a form, and is not that character itself.
    fn has_escape(&self, text: &[u8]) -> bool {
        memchr3_iter(b'%', b'\\', b'&', text).any(|at| self.is_escape(text, at))
            || (self.bytes[usize::from(b' ')] && memchr_iter(b'+', text).next().is_some())
            || (self.has_base64 && memchr2_iter(b'\n', b'\r', text).any(|at| is_within(text, at)))
    }

    fn is_escape(&self, text: &[u8], at: usize) -> bool {
        let has = |found: Option<(char, usize)>| {
            found.is_some_and(|(found, _)| {
                let mut bytes = [0; 4];
                let bytes = found.encode_utf8(&mut bytes).bytes();
                bytes.into_iter().all(|byte| self.bytes[usize::from(byte)])
            })
        };
        match text.get(at) {
            Some(b'%') => self.is_percent(text, at + 1),
            Some(b'&') => has(entity(text, at)),
            _ => {
                self.bytes[usize::from(b'\\')]
                    || has(escape(text, at))
                    || (self.has_base64
                        && matches!(text.get(at + backslashes(text, at)), Some(b'r' | b'n')))
            }
        }
    }

    /// Returns whether digits stand for a byte of a form. The percent sign may be encoded itself, any number of times.
    fn is_percent(&self, text: &[u8], mut digits: usize) -> bool {
        loop {
            let byte = number(text, digits, 2, 16).and_then(|byte| usize::try_from(byte).ok());
            if byte.is_some_and(|byte| self.bytes.get(byte) == Some(&true)) {
                return true;
            }
            if !text
                .get(digits..)
                .is_some_and(|rest| rest.starts_with(b"25"))
            {
                return false;
            }
            digits += 2;
        }
    }
}

/// Returns whether a line end has Base64 on both sides, perhaps behind other line ends.
fn is_within(text: &[u8], at: usize) -> bool {
    let may_be_letter = |byte: &u8| {
        byte.is_ascii_alphanumeric()
            || matches!(byte, b'+' | b'/' | b'-' | b'_' | b'%' | b'\\' | b'&' | b';')
    };
    let (before, after) = text.split_at(at);
    let is_line_end = |byte: &&u8| matches!(byte, b'\n' | b'\r');
    let mut before = before.iter().rev().skip_while(is_line_end);
    let mut after = after.iter().skip_while(is_line_end);
    before.next().is_some_and(may_be_letter) && after.next().is_some_and(may_be_letter)
}

#[inline]
fn pushed(last: u32, byte: u8) -> u32 {
    last << 8 | u32::from(byte)
}

#[inline]
fn place(beginning: u32) -> (usize, u64) {
    let hash = beginning.wrapping_mul(0x9E37_79B1) >> 20;
    ((hash >> 6) as usize & 63, 1 << (hash & 63))
}
