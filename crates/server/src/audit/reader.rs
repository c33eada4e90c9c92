//! The format of an audit: how its lines are read and checked.

use std::{
    collections::{BTreeMap, BTreeSet, HashSet},
    io::BufRead,
};

use countermand_chain::{ChainError, ChainFormat, ChainReader};
use countermand_core_model::Timestamp;

use super::{
    checkpoint::Checkpoint,
    entry::{CancelResponse, Entry, FORMAT, VERSION},
    line::AuditLine,
    signed_note::SignedNote,
};

/// The lines of an audit, each checked against those before it.
pub type AuditReader<R> = ChainReader<R, AuditFormat>;

/// Reads an audit. A torn last line is skipped, and reported by [`ChainReader::end`].
pub fn read<R: BufRead>(bytes: R) -> AuditReader<R> {
    ChainReader::new(bytes, AuditFormat::default())
}

/// The format of an audit.
#[derive(Debug, Default)]
pub struct AuditFormat {
    /// How many lines were removed before the first; `None` before that is read.
    removed: Option<u64>,
    /// Up to which line some line says that they are removed.
    said_removed: Option<(u64, Timestamp)>,
    /// Cancels without an answer, by the server that sent them.
    open: HashSet<(Option<String>, u64)>,
    /// What each server has written.
    counts: BTreeMap<Option<String>, Counts>,
    /// The servers that began and did not end.
    running: BTreeSet<String>,
}

/// What one server has written.
#[derive(Debug, Default, PartialEq, Eq)]
struct Counts {
    cancels: u64,
    answers: BTreeMap<CancelResponse, u64>,
    /// Its first lines may have been removed.
    is_part: bool,
}

impl ChainFormat for AuditFormat {
    type Entry = AuditLine;

    const NAME: &'static str = "an audit";
    const SHOWS_HASH: bool = false;

    fn read(&mut self, line: &[u8], number: u64) -> Result<AuditLine, ChainError> {
        let is_first = self.removed.is_none();
        let line = match AuditLine::parse(line) {
            Some(parsed) => parsed,
            None if is_first => return Err(Self::empty()),
            None => return Err(ChainError::changed(number)),
        };
        self.removed.get_or_insert(number - 1);
        let is_header = matches!(line.entry, Entry::Header { .. });
        let is_continued = is_first && matches!(line.entry, Entry::Checkpoint { .. });
        if is_header != (number == 1) || (is_first && !is_header && !is_continued) {
            return Err(Self::empty());
        }
        match &line.entry {
            Entry::Header { format, .. } if format != FORMAT => return Err(Self::empty()),
            Entry::Header { version, .. } if !(1..=VERSION).contains(version) => {
                return Err(ChainError::OtherVersion {
                    format: Self::NAME,
                    found: *version,
                    known: VERSION,
                });
            }
            Entry::Checkpoint { note } if !is_of(note, number, &line.prev) => {
                let what = "the checkpoint is not about the lines before it";
                return Err(ChainError::Contradiction { line: number, what });
            }
            _ => {}
        }
        let counted = self.count(&line);
        counted.map_err(|what| ChainError::Contradiction { line: number, what })?;
        Ok(line)
    }

    fn is_seal(line: &AuditLine) -> bool {
        matches!(line.entry, Entry::Sealed { .. })
    }

    fn removed_before(line: &[u8]) -> Option<u64> {
        match AuditLine::parse(line)?.entry {
            Entry::Checkpoint { note } => {
                Some(checkpoint(&note)?.lines).filter(|lines| *lines < MOST_LINES)
            }
            _ => None,
        }
    }

    fn after_seal(line: u64) -> ChainError {
        ChainError::Contradiction {
            line,
            what: "it stands behind the seal, where nothing may",
        }
    }
}

/// More than any audit has, and few enough to be counted on from.
const MOST_LINES: u64 = 1 << 60;

fn checkpoint(note: &str) -> Option<Checkpoint> {
    Checkpoint::parse(&SignedNote::parse(note)?)
}

/// Returns whether the checkpoint in line `number` is about the lines before it, of which the last has this hash.
fn is_of(note: &str, number: u64, prev: &str) -> bool {
    let checkpoint = checkpoint(note);
    checkpoint.is_some_and(|it| Some(it.lines) == number.checked_sub(1) && it.last.as_str() == prev)
}

impl AuditFormat {
    fn count(&mut self, line: &AuditLine) -> Result<(), &'static str> {
        let is_part = self.removed.unwrap_or_default() > 0;
        let server = || line.server.clone();
        let is_checkpoint = matches!(line.entry, Entry::Checkpoint { .. });
        if let Some(server) = line.server.as_ref().filter(|_| !is_checkpoint) {
            // Others may take one for dead that was only silent. A checkpoint may follow its end.
            self.running.insert(server.clone());
        }
        let begins = matches!(line.entry, Entry::ServerStarted { .. });
        if begins && self.counts.contains_key(&line.server) {
            return Err("the server has begun before");
        }
        let counts = self.counts.entry(server()).or_insert_with(|| Counts {
            is_part,
            ..Counts::default()
        });
        match &line.entry {
            Entry::ServerStarted { alone, .. } => {
                counts.is_part = false;
                if *alone {
                    self.running
                        .retain(|other| Some(other) == line.server.as_ref());
                }
            }
            Entry::Sending { cancel, .. } => {
                // Two that were sent at once may be written in another order than they were numbered.
                if !self.open.insert((server(), *cancel)) {
                    return Err("the cancel's number was given before");
                }
                counts.cancels += 1;
            }
            Entry::Answered { cancel, answer, .. } => {
                if !self.open.remove(&(server(), *cancel)) && !counts.is_part {
                    return Err("there is no such cancel without an answer");
                }
                *counts.answers.entry(*answer).or_default() += 1;
            }
            Entry::ServerStopped { cancels, answers } | Entry::Sealed { cancels, answers } => {
                let is_whole = *cancels == counts.cancels && *answers == counts.answers;
                if !is_whole && !counts.is_part {
                    return Err("the seal's counts are not those of the lines before it");
                }
                self.running
                    .retain(|other| Some(other) != line.server.as_ref());
            }
            Entry::ServerLost { lost } => {
                self.running.remove(lost);
            }
            Entry::Removed { through, .. } => {
                let said = self.said_removed.get_or_insert((*through, line.at));
                if *through > said.0 {
                    *said = (*through, line.at);
                }
            }
            _ => {}
        }
        Ok(())
    }
}

/// The numbers of an audit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct AuditSummary {
    /// Every server that wrote it has ended.
    pub sealed: bool,
    /// How many lines were removed before its first, and when.
    pub removed: Option<(u64, Timestamp)>,
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
    /// The servers that wrote it. Before version 3 it was one, and had no name.
    pub servers: BTreeSet<String>,
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
            summary.take(read?.1);
        }
        summary.end(reader.format())?;
        Ok(summary)
    }

    /// Counts a line.
    pub fn take(&mut self, line: AuditLine) {
        self.first_at.get_or_insert(line.at);
        self.last_at = Some(line.at);
        *self.events.entry(line.entry.event()).or_default() += 1;
        self.servers.extend(line.server);
        match line.entry {
            Entry::Sending { who, .. } => *self.who.entry(who).or_default() += 1,
            Entry::RunBegun { run, .. } => {
                self.runs.insert(run);
            }
            Entry::Sealed { .. } => self.sealed = true,
            _ => {}
        }
    }

    /// Adds what the format knows after the last line.
    ///
    /// # Errors
    /// When lines are missing before the first, and no line says that they were removed.
    pub fn end(&mut self, format: &AuditFormat) -> Result<(), ChainError> {
        let removed = format.removed.unwrap_or_default();
        self.removed = match format.said_removed {
            _ if removed == 0 => None,
            Some((through, at)) if through >= removed => Some((removed, at)),
            _ => {
                return Err(ChainError::End(
                    "its first lines are missing, and no line says that they were removed",
                ));
            }
        };
        for counts in format.counts.values() {
            self.cancels += counts.cancels;
            for (answer, count) in &counts.answers {
                *self.answers.entry(*answer).or_default() += count;
            }
        }
        self.without_answer = format.open.len();
        self.sealed |= format.running.is_empty() && !self.servers.is_empty();
        Ok(())
    }
}
