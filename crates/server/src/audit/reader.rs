//! Reads an audit back and checks it.

use std::{
    collections::{BTreeMap, HashSet},
    io::BufRead,
};

use countermand_chain::{ChainBreak, ChainEnd, Lines};
use countermand_core_model::Timestamp;
use serde::Deserialize;

use super::entry::{Answer, Entry, FORMAT, VERSION};

/// Reads an audit. A torn last line is skipped, and reported by [`AuditReader::end`].
pub fn read<R: BufRead>(bytes: R) -> AuditReader<R> {
    AuditReader {
        lines: Lines::of(bytes),
        open: HashSet::new(),
        cancels: 0,
        answers: BTreeMap::new(),
        over: false,
    }
}

/// The entries of an audit with their times, each checked against those before it.
#[derive(Debug)]
pub struct AuditReader<R> {
    lines: Lines<R>,
    /// Cancels without an answer.
    open: HashSet<u64>,
    cancels: u64,
    answers: BTreeMap<Answer, u64>,
    over: bool,
}

#[derive(Deserialize)]
struct Line {
    #[serde(rename = "prev")]
    _prev: String,
    at: String,
    #[serde(flatten)]
    rest: serde_json::Map<String, serde_json::Value>,
}

impl<R: BufRead> AuditReader<R> {
    /// Returns where it ends, after the last entry.
    pub fn end(&self) -> ChainEnd {
        self.lines.end().clone()
    }

    fn read_next(&mut self) -> Option<Result<(Timestamp, Entry), BrokenAudit>> {
        let end = self.lines.end();
        let (was_sealed, is_empty) = (end.sealed, end.lines == 0);
        let (line, text) = match self.lines.next_line() {
            None if is_empty => return Some(Err(BrokenAudit::NotAnAudit)),
            None => return None,
            Some(Ok(found)) => found,
            Some(Err(broken)) => return Some(Err(broken.into())),
        };
        if was_sealed {
            return Some(Err(BrokenAudit::Contradiction {
                line,
                what: "it stands behind the seal, where nothing may",
            }));
        }
        let Some((at, entry)) = parse(text) else {
            return Some(Err(match line {
                1 => BrokenAudit::NotAnAudit,
                _ => BrokenAudit::Line { line },
            }));
        };
        let is_header = matches!(entry, Entry::Header { .. });
        if is_header != (line == 1) {
            return Some(Err(BrokenAudit::NotAnAudit));
        }
        if let Err(what) = self.count(&entry) {
            return Some(Err(BrokenAudit::Contradiction { line, what }));
        }
        match &entry {
            Entry::Header {
                format, version, ..
            } => {
                if format != FORMAT {
                    return Some(Err(BrokenAudit::NotAnAudit));
                }
                if *version != VERSION {
                    return Some(Err(BrokenAudit::OtherVersion { found: *version }));
                }
            }
            Entry::Sealed { .. } => self.lines.sealed(),
            _ => {}
        }
        Some(Ok((at, entry)))
    }

    fn count(&mut self, entry: &Entry) -> Result<(), &'static str> {
        match entry {
            Entry::Sending { cancel, .. } => {
                // Two that were sent at once may be written in another order than they were numbered.
                if !self.open.insert(*cancel) {
                    return Err("the cancel's number was given before");
                }
                self.cancels += 1;
            }
            Entry::Answered { cancel, answer, .. } => {
                if !self.open.remove(cancel) {
                    return Err("there is no such cancel without an answer");
                }
                *self.answers.entry(*answer).or_default() += 1;
            }
            Entry::Sealed { cancels, answers }
                if *cancels != self.cancels || *answers != self.answers =>
            {
                return Err("the seal's counts are not those of the lines before it");
            }
            _ => {}
        }
        Ok(())
    }
}

fn parse(line: &[u8]) -> Option<(Timestamp, Entry)> {
    let Line { at, rest, .. } = serde_json::from_slice(line).ok()?;
    let at = Timestamp::parse_rfc3339(&at)?;
    let entry = serde_json::from_value(serde_json::Value::Object(rest)).ok()?;
    Some((at, entry))
}

impl<R: BufRead> Iterator for AuditReader<R> {
    type Item = Result<(Timestamp, Entry), BrokenAudit>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.over {
            return None;
        }
        let read = self.read_next();
        self.over = !matches!(read, Some(Ok(_)));
        read
    }
}

/// The numbers of an audit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct AuditSummary {
    /// It ends in its seal.
    pub sealed: bool,
    /// How many cancels were about to be sent.
    pub cancels: u64,
    /// How many responses of each kind came.
    pub answers: BTreeMap<Answer, u64>,
    /// How many cancels have no response: each may have been executed.
    pub without_answer: usize,
    /// Who cancelled how many.
    pub who: BTreeMap<String, u64>,
    /// The time of the first line.
    pub first_at: Option<Timestamp>,
    /// The time of the last one.
    pub last_at: Option<Timestamp>,
    /// How many lines of each kind.
    pub events: BTreeMap<&'static str, u64>,
}

impl AuditSummary {
    /// Reads an audit to its end.
    ///
    /// # Errors
    /// Why it is not a whole audit.
    pub fn of<R: BufRead>(reader: &mut AuditReader<R>) -> Result<Self, BrokenAudit> {
        let mut summary = Self::default();
        for read in reader.by_ref() {
            let (at, entry) = read?;
            summary.first_at.get_or_insert(at);
            summary.last_at = Some(at);
            *summary.events.entry(entry.event()).or_default() += 1;
            match entry {
                Entry::Sending { who, .. } => *summary.who.entry(who).or_default() += 1,
                Entry::Sealed { .. } => summary.sealed = true,
                _ => {}
            }
        }
        summary.cancels = reader.cancels;
        summary.answers.clone_from(&reader.answers);
        summary.without_answer = reader.open.len();
        Ok(summary)
    }
}

/// Why an audit is not whole.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BrokenAudit {
    /// The first line is not that of an audit.
    #[error("it is not an audit")]
    NotAnAudit,
    /// Its version is not known.
    #[error("it is an audit of version {found}, and this program knows version {VERSION}")]
    OtherVersion {
        /// The version that it says it has.
        found: u32,
    },
    /// A line was changed, or lines are missing, doubled or moved behind it.
    #[error("line {line} was changed, or lines are missing or moved behind it")]
    Line {
        /// The line, from 1.
        line: u64,
    },
    /// A line contradicts the lines before it.
    #[error("line {line}: {what}")]
    Contradiction {
        /// The line, from 1.
        line: u64,
        /// What is wrong with it.
        what: &'static str,
    },
    /// It could not be read to its end.
    #[error("it could not be read to its end")]
    Unreadable(#[source] std::sync::Arc<std::io::Error>),
}

impl From<ChainBreak> for BrokenAudit {
    fn from(broken: ChainBreak) -> Self {
        match broken {
            ChainBreak::NoChain => Self::NotAnAudit,
            ChainBreak::Line { number, .. } => Self::Line { line: number },
            ChainBreak::Unreadable(error) => Self::Unreadable(error),
        }
    }
}
