//! Reading: a stream of entries, each line checked against the one before.

use std::{collections::HashSet, error::Error, fmt, io, io::BufRead, sync::Arc};

use countermand_chain::{ChainBreak, ChainEnd, Lines};
use countermand_core_model::{CancelOutcome, DeviceRef, Timestamp};

use super::{
    Entry,
    parse::{Unreadable, parse},
};

/// How far the numbers of targets may run ahead of the lines: rows beyond the plan may be numbered in
/// another order than they are written.
const AHEAD: u64 = 1 << 16;

/// Reads a journal. Half a line at its end is passed over, and said by [`JournalReader::end`].
pub fn read<R: BufRead>(bytes: R) -> JournalReader<R> {
    JournalReader {
        lines: Lines::of(bytes),
        at: None,
        tally: Tally::default(),
        over: false,
    }
}

/// The entries of a journal with their line numbers. It holds one byte for each target, and no line.
///
/// An entry that came is certain only once the whole was read: that its line was changed shows in the
/// next one. After an error nothing more comes.
#[derive(Debug)]
pub struct JournalReader<R> {
    lines: Lines<R>,
    at: Option<Timestamp>,
    tally: Tally,
    over: bool,
}

impl<R: BufRead> JournalReader<R> {
    /// Where the journal ends, after the last entry.
    pub fn end(&self) -> ChainEnd {
        self.lines.end().clone()
    }

    /// The time of the entry that came last.
    pub fn at(&self) -> Option<Timestamp> {
        self.at
    }

    fn read_next(&mut self) -> Option<Result<(u64, Entry), BrokenJournal>> {
        let was_sealed = self.lines.end().sealed;
        let is_empty = self.lines.end().lines == 0;
        let (number, line) = match self.lines.next_line() {
            None if is_empty => return Some(Err(BrokenJournal::Empty)),
            None => return None,
            Some(Ok(line)) => line,
            Some(Err(broken)) => return Some(Err(broken.into())),
        };
        if was_sealed {
            return Some(Err(BrokenJournal::AfterTheSeal { line: number }));
        }
        let (at, entry) = match parse(line, number) {
            Ok(parsed) => parsed,
            Err(unreadable) => return Some(Err(BrokenJournal::unreadable(unreadable, number))),
        };
        self.at = Some(at);
        if let Err(contradiction) = self.tally.count(&entry, number) {
            return Some(Err(BrokenJournal::contradiction(number, contradiction)));
        }
        if matches!(entry, Entry::Sealed { .. }) {
            self.lines.sealed();
        }
        Some(Ok((number, entry)))
    }
}

impl<R: BufRead> Iterator for JournalReader<R> {
    type Item = Result<(u64, Entry), BrokenJournal>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.over {
            return None;
        }
        let read = self.read_next();
        self.over = !matches!(read, Some(Ok(_)));
        read
    }
}

/// The outcome of each target so far, to hold the seal to.
#[derive(Debug, Default)]
struct Tally {
    /// By the target's number: no such target, none yet, or the outcome's place and two.
    targets: Vec<u8>,
    /// The devices that are still to be listed.
    to_list: HashSet<DeviceRef>,
}

const NO_TARGET: u8 = 0;
const OPEN: u8 = 1;

impl Tally {
    fn count(&mut self, entry: &Entry, line: u64) -> Result<(), &'static str> {
        match entry {
            Entry::Target {
                target, outcome, ..
            } => {
                self.begin(*target, line)?;
                self.settle(*target, *outcome)
            }
            Entry::Beyond { target, .. } => self.begin(*target, line),
            Entry::Seen {
                target, outcome, ..
            } => self.settle(*target, *outcome),
            Entry::Settled {
                target, outcome, ..
            } => self.settle(*target, Some(*outcome)),
            Entry::SendingEverything { first, count, .. }
            | Entry::AnsweredEverything { first, count, .. } => match first.checked_add(*count) {
                Some(end) if end <= self.targets.len() => Ok(()),
                _ => Err("it means targets that there are not"),
            },
            Entry::Sending { target }
            | Entry::Answered { target, .. }
            | Entry::Read { target, .. } => self.settle(*target, None),
            Entry::ToList { device, .. } => {
                self.to_list.insert(device.clone());
                Ok(())
            }
            Entry::Unlisted { device, .. } | Entry::Listed { device, .. } => {
                self.to_list.remove(device);
                Ok(())
            }
            Entry::Sealed { .. } if !self.to_list.is_empty() => {
                Err("it is sealed before all devices were listed")
            }
            Entry::Sealed { targets, outcomes } => {
                let agree = outcomes.values().sum::<usize>() == *targets
                    && CancelOutcome::ALL.iter().all(|outcome| {
                        outcomes.get(outcome).copied().unwrap_or(0) == self.settled_as(*outcome)
                    })
                    && self.targets.iter().all(|target| *target > OPEN);
                if agree {
                    Ok(())
                } else {
                    Err("the seal's counts are not those of the lines before it")
                }
            }
            _ => Ok(()),
        }
    }

    fn begin(&mut self, target: usize, line: u64) -> Result<(), &'static str> {
        if u64::try_from(target).map_or(true, |target| target > line + AHEAD) {
            return Err("the target's number is out of order");
        }
        if self.targets.len() <= target {
            self.targets.resize(target + 1, NO_TARGET);
        }
        match self.targets.get_mut(target) {
            Some(place) if *place == NO_TARGET => *place = OPEN,
            _ => return Err("the target's number was given before"),
        }
        Ok(())
    }

    fn settle(
        &mut self,
        target: usize,
        outcome: Option<CancelOutcome>,
    ) -> Result<(), &'static str> {
        match (self.targets.get_mut(target), outcome) {
            (Some(place), outcome) if *place != NO_TARGET => {
                if let Some(outcome) = outcome {
                    // A watched target's outcome may change: the last one counts.
                    *place = place_of(outcome);
                }
                Ok(())
            }
            _ => Err("there is no target of this number"),
        }
    }

    fn settled_as(&self, outcome: CancelOutcome) -> usize {
        let wanted = place_of(outcome);
        self.targets
            .iter()
            .filter(|place| **place == wanted)
            .count()
    }
}

fn place_of(outcome: CancelOutcome) -> u8 {
    let place = CancelOutcome::ALL
        .iter()
        .position(|known| *known == outcome);
    place
        .and_then(|place| u8::try_from(place).ok())
        .map_or(OPEN, |place| place + OPEN + 1)
}

/// Why what was read is no whole journal.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum BrokenJournal {
    /// There is not even a header.
    Empty,
    /// The first line is not that of a journal.
    NotAJournal,
    /// It is a journal of a version that this project does not know.
    OtherVersion {
        /// The version that it says it has.
        found: u32,
    },
    /// A line was changed, or lines are missing, doubled or moved behind it.
    Line {
        /// The line, from 1.
        line: u64,
        /// The beginning of the hash that it should have, where it is known.
        expected: Option<String>,
    },
    /// A line says what cannot be, after the lines before it.
    Contradiction {
        /// The line, from 1.
        line: u64,
        /// What is wrong with it, in words.
        what: &'static str,
    },
    /// Lines follow the seal.
    AfterTheSeal {
        /// The first of them, from 1.
        line: u64,
    },
    /// It could not be read to its end.
    Unreadable(Arc<io::Error>),
}

impl BrokenJournal {
    /// Line `line` says what cannot be.
    pub(crate) fn contradiction(line: u64, what: &'static str) -> Self {
        Self::Contradiction { line, what }
    }

    /// The line that it is about, from 1.
    pub fn line(&self) -> Option<u64> {
        match self {
            Self::Line { line, .. }
            | Self::Contradiction { line, .. }
            | Self::AfterTheSeal { line } => Some(*line),
            _ => None,
        }
    }

    fn unreadable(unreadable: Unreadable, line: u64) -> Self {
        match unreadable {
            Unreadable::OtherFormat => Self::NotAJournal,
            Unreadable::OtherVersion(found) => Self::OtherVersion { found },
            Unreadable::Line => Self::Line {
                line,
                expected: None,
            },
        }
    }
}

impl From<ChainBreak> for BrokenJournal {
    fn from(broken: ChainBreak) -> Self {
        match broken {
            ChainBreak::NoChain => Self::NotAJournal,
            ChainBreak::Line { number, expected } => Self::Line {
                line: number,
                expected: expected.map(|hash| hash.short().to_owned()),
            },
            ChainBreak::Unreadable(error) => Self::Unreadable(error),
        }
    }
}

impl fmt::Display for BrokenJournal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("it is empty: not even a header is in it"),
            Self::NotAJournal => f.write_str("it is not a journal"),
            Self::OtherVersion { found } => write!(
                f,
                "it is a journal of version {found}, and this program knows version {}",
                super::VERSION
            ),
            Self::Line { line, expected } => {
                write!(
                    f,
                    "line {line} was changed, or lines are missing or moved behind it"
                )?;
                match expected {
                    Some(hash) => write!(f, " (its hash should begin with {hash})"),
                    None => Ok(()),
                }
            }
            Self::Contradiction { line, what } => write!(f, "line {line}: {what}"),
            Self::AfterTheSeal { line } => {
                write!(f, "line {line} stands behind the seal, where nothing may")
            }
            Self::Unreadable(_) => f.write_str("it could not be read to its end"),
        }
    }
}

impl Error for BrokenJournal {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Unreadable(error) => Some(&**error),
            _ => None,
        }
    }
}
