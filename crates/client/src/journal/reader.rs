//! The format of a journal: how its lines are read and checked.

use std::{collections::HashSet, io::BufRead};

use countermand_chain::{ChainError, ChainFormat, ChainReader, check_opening};
use countermand_core_model::{CancelOutcome, DeviceRef, Timestamp};

use super::{Entry, VERSION, entry::FORMAT, parse::parse};

/// How far the numbers of targets may run ahead of the lines: targets beyond the plan may be written in another order
/// than they are numbered.
const AHEAD: u64 = 1 << 16;

/// The entries of a journal with their line numbers. It holds one byte for each target, and no line.
pub type JournalReader<R> = ChainReader<R, JournalFormat>;

/// Reads a journal. A torn last line is skipped, and reported by [`ChainReader::end`].
pub fn read<R: BufRead>(bytes: R) -> JournalReader<R> {
    ChainReader::new(bytes, JournalFormat::default())
}

/// The format of a journal.
#[derive(Debug, Default)]
pub struct JournalFormat {
    at: Option<Timestamp>,
    tally: Tally,
}

impl JournalFormat {
    /// Returns the time of the last entry that was read.
    pub fn at(&self) -> Option<Timestamp> {
        self.at
    }
}

impl ChainFormat for JournalFormat {
    type Entry = Entry;

    const NAME: &'static str = "a journal";

    fn read(&mut self, line: &[u8], number: u64) -> Result<Entry, ChainError> {
        if number == 1 {
            check_opening::<Self>(line, FORMAT, VERSION)?;
        }
        let (at, entry) = parse(line, number)?;
        self.at = Some(at);
        let counted = self.tally.count(&entry, number);
        counted.map_err(|what| ChainError::Contradiction { line: number, what })?;
        Ok(entry)
    }

    fn is_seal(entry: &Entry) -> bool {
        matches!(entry, Entry::Sealed { .. })
    }

    fn empty() -> ChainError {
        ChainError::Empty
    }
}

/// The outcome of each target so far, to check the seal.
#[derive(Debug, Default)]
struct Tally {
    /// By the target's number: no such target, no outcome yet, or the outcome's place and two.
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
