//! A line, its hash, and reading lines back.

use std::{
    fmt,
    io::{self, BufRead, Read},
};

use serde::{Serialize, Serializer};
use sha2::{Digest, Sha256};

/// No line is longer: what is, was not written by this project.
const LONGEST: u64 = 16 << 20;

/// How each line begins; the hash of the line before follows.
const OPENING: &[u8] = br#"{"prev":""#;

const HEX: usize = 64;

/// A line's hash: SHA-256 in hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Link([u8; HEX]);

impl Link {
    /// What the first line carries.
    pub const START: Self = Self([b'0'; HEX]);

    /// The hash of a line, without its line feed.
    pub fn of(line: &[u8]) -> Self {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let mut hex = [b'0'; HEX];
        for (pair, byte) in hex.chunks_exact_mut(2).zip(Sha256::digest(line)) {
            pair.copy_from_slice(&[
                DIGITS[usize::from(byte >> 4)],
                DIGITS[usize::from(byte & 15)],
            ]);
        }
        Self(hex)
    }

    fn as_str(&self) -> &str {
        // Hexadecimal digits are text.
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// Its first digits: enough to tell two apart.
    pub fn short(&self) -> &str {
        self.as_str().get(..12).unwrap_or_default()
    }

    /// The hash that `line` carries, where it begins as a line of a chain does.
    fn carried_by(line: &[u8]) -> Option<Self> {
        let (hex, rest) = line.strip_prefix(OPENING)?.split_first_chunk::<HEX>()?;
        let whole = rest.starts_with(b"\"")
            && hex
                .iter()
                .all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f'));
        whole.then_some(Self(*hex))
    }
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

/// Where a chain ends, after it was read: what it takes to go on.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ChainEnd {
    /// The hash of the last whole line.
    pub(crate) last: Link,
    /// How many whole lines there are.
    pub lines: u64,
    /// How many bytes they take: what follows is half a line.
    pub bytes: u64,
    /// Half a line stood at the end: its writing was cut off, and it counts for nothing.
    pub torn: bool,
    /// The last line is the seal: nothing may follow.
    pub sealed: bool,
}

/// Why the lines are no whole chain.
#[derive(Clone, Debug)]
pub enum ChainBreak {
    /// The first line does not begin as one of a chain.
    NoChain,
    /// This line was changed, or what follows it is not what followed it.
    Line {
        /// The line, from 1.
        number: u64,
        /// The hash that the line should have, where it is known.
        expected: Option<Link>,
    },
    /// It could not be read on.
    Unreadable(std::sync::Arc<io::Error>),
}

/// The whole lines of a chain, one by one, each checked against the one before.
#[derive(Debug)]
pub struct Lines<R> {
    source: R,
    line: Vec<u8>,
    end: ChainEnd,
}

impl<R: BufRead> Lines<R> {
    /// Those of `source`.
    pub fn of(source: R) -> Self {
        Self {
            source,
            line: Vec::new(),
            end: ChainEnd {
                last: Link::START,
                lines: 0,
                bytes: 0,
                torn: false,
                sealed: false,
            },
        }
    }

    /// Where it ends, as far as it was read.
    pub fn end(&self) -> &ChainEnd {
        &self.end
    }

    /// The line read last was the seal.
    pub fn sealed(&mut self) {
        self.end.sealed = true;
    }

    /// The next whole line with its number, without its line feed.
    pub fn next_line(&mut self) -> Option<Result<(u64, &[u8]), ChainBreak>> {
        match self.read_line() {
            Ok(true) => {}
            Ok(false) => return None,
            Err(error) => return Some(Err(error)),
        }
        let number = self.end.lines + 1;
        match Link::carried_by(&self.line) {
            Some(carried) if carried == self.end.last => {}
            Some(carried) => return Some(Err(self.blame(number, carried))),
            None if number == 1 => return Some(Err(ChainBreak::NoChain)),
            None => {
                return Some(Err(ChainBreak::Line {
                    number,
                    expected: None,
                }));
            }
        }
        self.end.last = Link::of(&self.line);
        self.end.lines = number;
        self.end.bytes += self.line.len() as u64 + 1;
        Some(Ok((number, &self.line)))
    }

    /// Line `number` carries another hash than the line before has. If the line that follows fits line
    /// `number` as it stands, that one is as it was, and the line before is not.
    fn blame(&mut self, number: u64, carried: Link) -> ChainBreak {
        let found = Link::of(&self.line);
        let follower = match self.read_line() {
            Ok(true) => Link::carried_by(&self.line),
            _ => Some(found),
        };
        match follower {
            Some(follower) if number > 1 && follower == found => ChainBreak::Line {
                number: number - 1,
                expected: Some(carried),
            },
            follower => ChainBreak::Line {
                number,
                expected: follower.filter(|follower| *follower != found),
            },
        }
    }

    /// Reads a whole line; none at the end, where half a one may stand.
    fn read_line(&mut self) -> Result<bool, ChainBreak> {
        self.line.clear();
        let read = (&mut self.source)
            .take(LONGEST)
            .read_until(b'\n', &mut self.line)
            .map_err(|error| ChainBreak::Unreadable(error.into()))?;
        if self.line.pop_if(|byte| *byte == b'\n').is_some() {
            return Ok(true);
        }
        if read as u64 == LONGEST {
            return Err(match self.end.lines {
                0 => ChainBreak::NoChain,
                lines => ChainBreak::Line {
                    number: lines + 1,
                    expected: None,
                },
            });
        }
        self.end.torn = read > 0;
        Ok(false)
    }
}
