//! What is in a journal, counted.

use std::{
    collections::{BTreeMap, HashSet},
    io::BufRead,
};

use countermand_core_model::{CancelOutcome, Timestamp};

use super::{BrokenJournal, Entry, Header, JournalReader};
use crate::StopReason;

/// What a journal comes to.
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
    /// How many targets there are, those beyond the plan included.
    pub targets: usize,
    /// How many targets have each outcome; a target's last outcome counts.
    pub outcomes: BTreeMap<CancelOutcome, usize>,
    /// How many targets have none.
    pub open: usize,
    /// How many of those have a cancel that was about to leave, and no answer to it.
    pub without_answer: usize,
    /// How many devices are still to be listed: what waits there is meant, too.
    pub to_list: usize,
    /// The plan was whole: something may have been sent.
    pub planned: bool,
    /// It ends in a seal: everything is settled.
    pub sealed: bool,
    /// Why it stopped before all was sent, and when; none where nobody stopped it, or it was resumed since.
    pub stopped: Option<(Timestamp, StopReason)>,
}

/// What is known of a target while its journal is read.
#[derive(Clone, Copy)]
struct Known {
    outcome: Option<CancelOutcome>,
    /// A cancel was about to leave, and its answer is not there.
    waits: bool,
}

impl Summary {
    /// Reads `journal` to its end.
    ///
    /// # Errors
    /// When it is not whole.
    pub fn of<R: BufRead>(journal: &mut JournalReader<R>) -> Result<Self, BrokenJournal> {
        let mut summary = Self::default();
        // By their numbers, which the reader holds to what can be.
        let mut known: Vec<Option<Known>> = Vec::new();
        let mut to_list = HashSet::new();
        fn begin(known: &mut Vec<Option<Known>>, target: usize, outcome: Option<CancelOutcome>) {
            if known.len() <= target {
                known.resize(target + 1, None);
            }
            if let Some(place) = known.get_mut(target) {
                *place = Some(Known {
                    outcome,
                    waits: false,
                });
            }
        }
        while let Some(read) = journal.next() {
            let (_, entry) = read?;
            *summary.events.entry(entry.event()).or_default() += 1;
            summary.last_at = journal.at();
            summary.first_at = summary.first_at.or(summary.last_at);
            let mut waits = |first: usize, count: usize, waits: bool| {
                let meant = known.iter_mut().skip(first).take(count);
                meant.flatten().for_each(|known| known.waits = waits);
            };
            match entry {
                Entry::Header(header) => summary.header = Some(header),
                Entry::Target {
                    target, outcome, ..
                } => begin(&mut known, target, outcome),
                Entry::Beyond { target, .. } => begin(&mut known, target, None),
                Entry::ToList { device, .. } => {
                    to_list.insert(device);
                }
                Entry::Listed { device, .. } | Entry::Unlisted { device, .. } => {
                    to_list.remove(&device);
                }
                Entry::Planned { .. } => summary.planned = true,
                Entry::Sending { target } => waits(target, 1, true),
                Entry::SendingEverything { first, count, .. } => waits(first, count, true),
                Entry::Answered { target, .. } => waits(target, 1, false),
                Entry::AnsweredEverything { first, count, .. } => waits(first, count, false),
                Entry::Seen {
                    target,
                    outcome: Some(outcome),
                    ..
                }
                | Entry::Settled {
                    target, outcome, ..
                } => {
                    if let Some(Some(known)) = known.get_mut(target) {
                        known.outcome = Some(outcome);
                    }
                }
                Entry::Sealed { .. } => summary.sealed = true,
                Entry::Stopped { reason } => {
                    summary.stopped = journal.at().map(|at| (at, reason));
                }
                Entry::Resumed { .. } => summary.stopped = None,
                _ => {}
            }
        }
        summary.to_list = to_list.len();
        summary.count(known);
        Ok(summary)
    }

    /// Counts the targets by what became of them.
    fn count(&mut self, known: Vec<Option<Known>>) {
        for known in known.into_iter().flatten() {
            self.targets += 1;
            match known.outcome {
                Some(outcome) => *self.outcomes.entry(outcome).or_default() += 1,
                None => {
                    self.open += 1;
                    self.without_answer += usize::from(known.waits);
                }
            }
        }
    }
}
