//! The contents of a journal, counted.

use std::{
    collections::{BTreeMap, HashSet},
    io::BufRead,
};

use countermand_chain::ChainError;
use countermand_core_model::{CancelOutcome, DeviceRef, Timestamp};

use super::{Entry, Header, JournalReader};
use crate::StopReason;

/// The contents of a journal, counted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Summary {
    /// Which run over which connection.
    pub header: Option<Header>,
    /// The time of the first line.
    pub first_at: Option<Timestamp>,
    /// The time of the last line.
    pub last_at: Option<Timestamp>,
    /// How many lines there are of each event.
    pub events: BTreeMap<&'static str, u64>,
    /// How many targets there are, including those beyond the plan.
    pub targets: usize,
    /// How many targets have each outcome; the last one of a target counts.
    pub outcomes: BTreeMap<CancelOutcome, usize>,
    /// How many targets have no outcome.
    pub open: usize,
    /// How many of those have a cancel without a response.
    pub without_answer: usize,
    /// How many devices are still to be listed.
    pub to_list: usize,
    /// The plan is complete, so something may have been sent.
    pub planned: bool,
    /// It ends in a seal, so everything is settled.
    pub sealed: bool,
    /// Why and when it stopped early, unless it was resumed since.
    pub stopped: Option<(Timestamp, StopReason)>,
}

/// What is known of the targets while their journal is read.
#[derive(Default)]
struct Targets {
    /// By number; the reader has checked the numbers.
    known: Vec<Option<Known>>,
    /// The devices that are still to be listed.
    to_list: HashSet<DeviceRef>,
}

#[derive(Clone, Copy)]
struct Known {
    outcome: Option<CancelOutcome>,
    /// A cancel was about to be sent, and its response is missing.
    is_waiting: bool,
}

impl Targets {
    fn take(&mut self, entry: Entry) {
        match entry {
            Entry::Target {
                target, outcome, ..
            } => self.begin(target, outcome),
            Entry::Beyond { target, .. } => self.begin(target, None),
            Entry::ToList { device, .. } => {
                self.to_list.insert(device);
            }
            Entry::Listed { device, .. } | Entry::Unlisted { device, .. } => {
                self.to_list.remove(&device);
            }
            Entry::Sending { target } => self.wait(target, 1, true),
            Entry::SendingEverything { first, count, .. } => self.wait(first, count, true),
            Entry::Answered { target, .. } => self.wait(target, 1, false),
            Entry::AnsweredEverything { first, count, .. } => self.wait(first, count, false),
            Entry::Seen {
                target,
                outcome: Some(outcome),
                ..
            }
            | Entry::Settled {
                target, outcome, ..
            } => {
                if let Some(Some(known)) = self.known.get_mut(target) {
                    known.outcome = Some(outcome);
                }
            }
            _ => {}
        }
    }

    fn begin(&mut self, target: usize, outcome: Option<CancelOutcome>) {
        if self.known.len() <= target {
            self.known.resize(target + 1, None);
        }
        if let Some(place) = self.known.get_mut(target) {
            *place = Some(Known {
                outcome,
                is_waiting: false,
            });
        }
    }

    fn wait(&mut self, first: usize, count: usize, is_waiting: bool) {
        let targets = self.known.iter_mut().skip(first).take(count).flatten();
        targets.for_each(|known| known.is_waiting = is_waiting);
    }
}

impl Summary {
    /// Reads `journal` to its end.
    ///
    /// # Errors
    /// When it is not whole.
    pub fn of<R: BufRead>(journal: &mut JournalReader<R>) -> Result<Self, ChainError> {
        let mut summary = Self::default();
        let mut targets = Targets::default();
        while let Some(read) = journal.next() {
            let (_, entry) = read?;
            let at = journal.format().at();
            *summary.events.entry(entry.event()).or_default() += 1;
            summary.last_at = at;
            summary.first_at = summary.first_at.or(at);
            match entry {
                Entry::Header(header) => summary.header = Some(header),
                Entry::Planned { .. } => summary.planned = true,
                Entry::Sealed { .. } => summary.sealed = true,
                Entry::Stopped { reason } => summary.stopped = at.map(|at| (at, reason)),
                Entry::Resumed { .. } => summary.stopped = None,
                entry => targets.take(entry),
            }
        }
        summary.count(targets);
        Ok(summary)
    }

    /// Counts the targets by outcome.
    fn count(&mut self, targets: Targets) {
        self.to_list = targets.to_list.len();
        for known in targets.known.into_iter().flatten() {
            self.targets += 1;
            match known.outcome {
                Some(outcome) => *self.outcomes.entry(outcome).or_default() += 1,
                None => {
                    self.open += 1;
                    self.without_answer += usize::from(known.is_waiting);
                }
            }
        }
    }
}
