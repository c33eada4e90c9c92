//! A line, its hash, and reading lines back.

use std::{
    fmt,
    io::{self, BufRead, Read},
    sync::Arc,
};

use serde::{Serialize, Serializer};
use sha2::{Digest, Sha256};

/// The most bytes of a line. A longer one was not written by this project.
const LONGEST: u64 = 16 << 20;

/// The start of each line; the hash of the line before follows.
const OPENING: &[u8] = br#"{"prev":""#;

const HEX: usize = 64;

/// The hash of a line: SHA-256 in hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Link([u8; HEX]);

impl Link {
    /// The hash that the first line carries.
    pub const START: Self = Self([b'0'; HEX]);

    /// Returns the hash of a line without its line feed.
    pub fn of(line: &[u8]) -> Self {
        Self::from_bytes(&Sha256::digest(line).into())
    }

    /// Returns the hash that has these bytes.
    pub fn from_bytes(hash: &[u8; HEX / 2]) -> Self {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let mut hex = [b'0'; HEX];
        for (pair, byte) in hex.chunks_exact_mut(2).zip(hash) {
            pair.copy_from_slice(&[
                DIGITS[usize::from(byte >> 4)],
                DIGITS[usize::from(byte & 15)],
            ]);
        }
        Self(hex)
    }

    /// Reads a hash from its digits, in small letters.
    pub fn parse(hex: &str) -> Option<Self> {
        let digits = hex.as_bytes().first_chunk::<HEX>()?;
        let whole = hex.len() == HEX && digits.iter().all(is_digit);
        whole.then_some(Self(*digits))
    }

    /// Returns the hash as bytes.
    pub fn to_bytes(self) -> [u8; HEX / 2] {
        let value = |digit: u8| match digit {
            b'a'..=b'f' => digit - b'a' + 10,
            digit => digit & 15,
        };
        let mut bytes = [0; HEX / 2];
        for (byte, pair) in bytes.iter_mut().zip(self.0.as_chunks::<2>().0) {
            *byte = value(pair[0]) << 4 | value(pair[1]);
        }
        bytes
    }

    /// Returns the hexadecimal digits.
    pub fn as_str(&self) -> &str {
        // Hexadecimal digits are text.
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// Returns the first digits, enough to tell two hashes apart.
    pub fn short(&self) -> &str {
        self.as_str().get(..12).unwrap_or_default()
    }

    /// Returns the hash that `line` carries, if it begins as a line of a chain does.
    fn carried_by(line: &[u8]) -> Option<Self> {
        let (hex, rest) = line.strip_prefix(OPENING)?.split_first_chunk::<HEX>()?;
        let whole = rest.starts_with(b"\"") && hex.iter().all(is_digit);
        whole.then_some(Self(*hex))
    }
}

fn is_digit(digit: &u8) -> bool {
    matches!(digit, b'0'..=b'9' | b'a'..=b'f')
}

impl fmt::Debug for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.short())
    }
}

impl Serialize for Link {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// Adds `body` to `bytes` as the line behind `last`, which becomes that line's hash.
///
/// # Errors
/// When `body` cannot be written as JSON; `bytes` and `last` are then as they were.
pub fn add<T: Serialize>(bytes: &mut Vec<u8>, last: &mut Link, body: &T) -> serde_json::Result<()> {
    #[derive(Serialize)]
    struct Line<'a, T> {
        prev: Link,
        #[serde(flatten)]
        body: &'a T,
    }
    let start = bytes.len();
    let line = Line { prev: *last, body };
    if let Err(error) = serde_json::to_writer(&mut *bytes, &line) {
        bytes.truncate(start);
        return Err(error);
    }
    *last = Link::of(bytes.get(start..).unwrap_or_default());
    bytes.push(b'\n');
    Ok(())
}

/// Appends `lines` to `bytes` behind `last`, which becomes the hash of the last one. They are whole lines of a chain, of
/// which each gets another hash of the line before it. Returns how many these are.
///
/// So that a writer can queue lines before it knows what they will stand behind.
///
/// # Errors
/// Where one of them is not a line of a chain.
pub fn relink(bytes: &mut Vec<u8>, last: &mut Link, lines: &[u8]) -> Result<u64, ChainError> {
    let mut count = 0;
    bytes.reserve(lines.len());
    for line in lines.split_inclusive(|byte| *byte == b'\n') {
        count += 1;
        let rest = line
            .strip_suffix(b"\n")
            .and_then(|line| line.get(OPENING.len() + HEX..));
        let (Some(_), Some(rest)) = (Link::carried_by(line), rest) else {
            return Err(ChainError::changed(count));
        };
        let start = bytes.len();
        bytes.extend_from_slice(OPENING);
        bytes.extend_from_slice(&last.0);
        bytes.extend_from_slice(rest);
        *last = Link::of(bytes.get(start..).unwrap_or_default());
        bytes.push(b'\n');
    }
    Ok(count)
}

/// Where a chain ends, to append to it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ChainEnd {
    /// The hash of the last whole line.
    pub(crate) last: Link,
    /// How many whole lines it has, with those before its first that were removed: the number of the last line.
    pub lines: u64,
    /// The length of the whole lines in bytes; a torn line may follow.
    pub bytes: u64,
    /// Its last line is torn: writing it was interrupted. It is ignored.
    pub torn: bool,
    /// Its last line is the seal, which nothing may follow.
    pub sealed: bool,
}

impl ChainEnd {
    /// Returns the hash of the last whole line.
    pub fn last(&self) -> Link {
        self.last
    }

    /// The end of a chain without a line.
    pub(crate) const START: Self = Self {
        last: Link::START,
        lines: 0,
        bytes: 0,
        torn: false,
        sealed: false,
    };

    /// Takes in a whole line without its line feed, and returns its number.
    ///
    /// # Errors
    /// The hash that it carries, if any: it is not that of the line before it.
    pub(crate) fn take(&mut self, line: &[u8]) -> Result<u64, Option<Link>> {
        let carried = Link::carried_by(line);
        if carried != Some(self.last) {
            return Err(carried);
        }
        self.last = Link::of(line);
        self.lines += 1;
        self.bytes += line.len() as u64 + 1;
        Ok(self.lines)
    }
}

/// Returns the error of line `number` of a chain called `name`, which does not begin as a line of a chain does.
pub(crate) fn not_a_line(number: u64, name: &'static str) -> ChainError {
    match number {
        1 => ChainError::OtherFormat(name),
        _ => ChainError::changed(number),
    }
}

/// Says of a first line that carries a hash how many lines were removed before it.
pub(crate) type RemovedBefore = fn(&[u8]) -> Option<u64>;

/// The whole lines of a chain, each checked against the one before.
#[derive(Debug)]
pub(crate) struct Lines<R> {
    source: R,
    /// What the chain is called.
    name: &'static str,
    removed_before: RemovedBefore,
    line: Vec<u8>,
    end: ChainEnd,
}

impl<R: BufRead> Lines<R> {
    /// Reads the lines of `source`, which is called `name`.
    pub(crate) fn of(source: R, name: &'static str, removed_before: RemovedBefore) -> Self {
        Self {
            source,
            name,
            removed_before,
            line: Vec::new(),
            end: ChainEnd::START,
        }
    }

    /// Returns where it ends, as far as it was read.
    pub(crate) fn end(&self) -> &ChainEnd {
        &self.end
    }

    /// Takes note that the line read last was the seal.
    pub(crate) fn sealed(&mut self) {
        self.end.sealed = true;
    }

    /// Returns the next whole line with its number, without its line feed.
    pub(crate) fn next_line(&mut self) -> Option<Result<(u64, &[u8]), ChainError>> {
        match self.read_line() {
            Ok(true) => {}
            Ok(false) => return None,
            Err(error) => return Some(Err(error)),
        }
        if let (0, Some(carried)) = (self.end.lines, Link::carried_by(&self.line))
            && carried != Link::START
            && let Some(before) = (self.removed_before)(&self.line)
        {
            (self.end.last, self.end.lines) = (carried, before);
        }
        match self.end.take(&self.line) {
            Ok(number) => Some(Ok((number, &self.line))),
            Err(carried) => Some(Err(self.broken(carried))),
        }
    }

    fn broken(&mut self, carried: Option<Link>) -> ChainError {
        let number = self.end.lines + 1;
        match carried {
            Some(carried) => self.blame(number, carried),
            None => not_a_line(number, self.name),
        }
    }

    /// Returns which line was changed, if line `number` does not carry the hash of the line before it. If the line
    /// after it carries its hash, line `number` is unchanged, and the line before it is not.
    fn blame(&mut self, number: u64, carried: Link) -> ChainError {
        let found = Link::of(&self.line);
        let follower = match self.read_line() {
            Ok(true) => Link::carried_by(&self.line),
            _ => Some(found),
        };
        match follower {
            Some(follower) if number > 1 && follower == found => ChainError::Line {
                line: number - 1,
                expected: Some(carried),
            },
            follower => ChainError::Line {
                line: number,
                expected: follower.filter(|follower| *follower != found),
            },
        }
    }

    /// Reads a whole line. Returns false at the end, where a torn line may stand.
    fn read_line(&mut self) -> Result<bool, ChainError> {
        self.line.clear();
        let read = (&mut self.source)
            .take(LONGEST)
            .read_until(b'\n', &mut self.line)
            .map_err(|error| ChainError::Unreadable(error.into()))?;
        if self.line.pop_if(|byte| *byte == b'\n').is_some() {
            return Ok(true);
        }
        if read as u64 == LONGEST {
            return Err(not_a_line(self.end.lines + 1, self.name));
        }
        self.end.torn = read > 0;
        Ok(false)
    }
}

/// Why what was read is not a whole chain of its format.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ChainError {
    /// It has no line.
    #[error("it is empty")]
    Empty,
    /// The first line is not that of a chain of this format.
    #[error("it is not {0}")]
    OtherFormat(&'static str),
    /// The version is not known.
    #[error("it is {format} of version {found}; this program reads up to version {known}")]
    OtherVersion {
        /// What a chain of this format is called.
        format: &'static str,
        /// The version that it says it has.
        found: u32,
        /// The newest version that is known.
        known: u32,
    },
    /// It holds more than its reader takes.
    #[error("it has more than {most} {what}")]
    TooMany {
        /// The most that are taken.
        most: usize,
        /// What there is too much of.
        what: &'static str,
    },
    /// A line was changed, or lines are missing, doubled or moved behind it.
    #[error("line {line} was changed, or lines are missing or moved behind it{}", hint(*.expected))]
    Line {
        /// The line, from 1.
        line: u64,
        /// The hash that it should have, where that is known.
        expected: Option<Link>,
    },
    /// A line contradicts the lines before it.
    #[error("line {line}: {what}")]
    Contradiction {
        /// The line, from 1.
        line: u64,
        /// What is wrong with it.
        what: &'static str,
    },
    /// A line follows the seal.
    #[error("line {line} follows the seal, which must be the last line")]
    AfterSeal {
        /// The line, from 1.
        line: u64,
    },
    /// Its end is not what it should be.
    #[error("{0}")]
    End(&'static str),
    /// It could not be read to its end.
    #[error("it could not be read to its end")]
    Unreadable(#[source] Arc<io::Error>),
}

fn hint(expected: Option<Link>) -> String {
    let hint = |link: Link| format!(" (its hash should begin with {})", link.short());
    expected.map(hint).unwrap_or_default()
}

impl ChainError {
    /// Returns the error of a changed line whose hash is not known.
    pub fn changed(line: u64) -> Self {
        Self::Line {
            line,
            expected: None,
        }
    }

    /// Returns the line that it is about, from 1.
    pub fn line(&self) -> Option<u64> {
        match self {
            Self::Line { line, .. }
            | Self::Contradiction { line, .. }
            | Self::AfterSeal { line } => Some(*line),
            _ => None,
        }
    }

    /// Returns whether the file is of another format or version than it was read as.
    pub fn is_unrecognized(&self) -> bool {
        matches!(
            self,
            Self::Empty | Self::OtherFormat(_) | Self::OtherVersion { .. }
        )
    }
}
