//! The format of an audit: how its lines are read and checked.

use std::{
    collections::{BTreeMap, BTreeSet, HashSet},
    io::BufRead,
};

use countermand_chain::{ChainError, ChainFormat, ChainReader};
use countermand_core_model::Timestamp;
use serde::Deserialize;

use super::entry::{CancelResponse, Entry, FORMAT, VERSION};

/// The entries of an audit with their times, each checked against those before it.
pub type AuditReader<R> = ChainReader<R, AuditFormat>;

/// Reads an audit. A torn last line is skipped, and reported by [`ChainReader::end`].
pub fn read<R: BufRead>(bytes: R) -> AuditReader<R> {
    ChainReader::new(bytes, AuditFormat::default())
}

/// The format of an audit.
#[derive(Debug, Default)]
pub struct AuditFormat {
    /// Cancels without an answer.
    open: HashSet<u64>,
    cancels: u64,
    answers: BTreeMap<CancelResponse, u64>,
}

#[derive(Deserialize)]
struct Line {
    #[serde(rename = "prev")]
    _prev: String,
    at: Timestamp,
    #[serde(flatten)]
    rest: serde_json::Map<String, serde_json::Value>,
}

impl ChainFormat for AuditFormat {
    type Entry = (Timestamp, Entry);

    const NAME: &'static str = "an audit";
    const SHOWS_HASH: bool = false;

    fn read(&mut self, line: &[u8], number: u64) -> Result<Self::Entry, ChainError> {
        let (at, entry) = match parse(line) {
            Some(parsed) => parsed,
            None if number == 1 => return Err(Self::empty()),
            None => return Err(ChainError::changed(number)),
        };
        let is_header = matches!(entry, Entry::Header { .. });
        if is_header != (number == 1) {
            return Err(Self::empty());
        }
        let counted = self.count(&entry);
        counted.map_err(|what| ChainError::Contradiction { line: number, what })?;
        match &entry {
            Entry::Header { format, .. } if format != FORMAT => Err(Self::empty()),
            Entry::Header { version, .. } if !(1..=VERSION).contains(version) => {
                Err(ChainError::OtherVersion {
                    format: Self::NAME,
                    found: *version,
                    known: VERSION,
                })
            }
            _ => Ok((at, entry)),
        }
    }

    fn is_seal((_, entry): &Self::Entry) -> bool {
        matches!(entry, Entry::Sealed { .. })
    }

    fn after_seal(line: u64) -> ChainError {
        ChainError::Contradiction {
            line,
            what: "it stands behind the seal, where nothing may",
        }
    }
}

impl AuditFormat {
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
    let entry = serde_json::from_value(serde_json::Value::Object(rest)).ok()?;
    Some((at, entry))
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
    pub answers: BTreeMap<CancelResponse, u64>,
    /// How many cancels have no response: each may have been executed.
    pub without_answer: usize,
    /// Who cancelled how many.
    pub who: BTreeMap<String, u64>,
    /// The time of the first line.
    pub first_at: Option<Timestamp>,
    /// The time of the last one.
    pub last_at: Option<Timestamp>,
    /// The runs that the server worked on. What they sent is in their journals.
    pub runs: BTreeSet<String>,
    /// How many lines of each kind.
    pub events: BTreeMap<&'static str, u64>,
}

impl AuditSummary {
    /// Reads an audit to its end.
    ///
    /// # Errors
    /// Why it is not a whole audit.
    pub fn of<R: BufRead>(reader: &mut AuditReader<R>) -> Result<Self, ChainError> {
        let mut summary = Self::default();
        for read in reader.by_ref() {
            let (_, (at, entry)) = read?;
            summary.first_at.get_or_insert(at);
            summary.last_at = Some(at);
            *summary.events.entry(entry.event()).or_default() += 1;
            match entry {
                Entry::Sending { who, .. } => *summary.who.entry(who).or_default() += 1,
                Entry::RunBegun { run, .. } => {
                    summary.runs.insert(run);
                }
                Entry::Sealed { .. } => summary.sealed = true,
                _ => {}
            }
        }
        let format = reader.format();
        summary.cancels = format.cancels;
        summary.answers.clone_from(&format.answers);
        summary.without_answer = format.open.len();
        Ok(summary)
    }
}
