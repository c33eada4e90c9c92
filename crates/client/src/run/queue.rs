//! What was listed in the run and waits for its turn: the gravest first.

use std::{
    cmp::{Ordering, Reverse},
    collections::{BTreeMap, BinaryHeap},
};

use countermand_core_model::KindSeverity;

use super::{drive::Job, listing::Unlisted};

/// Lists do not run ahead of the cancels by more than so many lanes: what they showed would be of long ago.
const MOST_AHEAD: usize = 64;

/// What was listed and waits for its turn, and what is still to be listed.
pub(super) struct Queue {
    jobs: BinaryHeap<Queued>,
    turns: usize,
    /// How many devices are still to be listed that are known to have something as grave as this, or of which nothing
    /// is known.
    to_list: BTreeMap<Option<KindSeverity>, usize>,
}

struct Queued {
    job: Job,
    /// Of what is equally grave, the first comes first.
    turn: Reverse<usize>,
}

impl Queue {
    /// Nothing yet: these devices are to be listed.
    pub(super) fn of(devices: &[Unlisted]) -> Self {
        let mut to_list = BTreeMap::new();
        for device in devices {
            *to_list.entry(device.severity()).or_default() += 1;
        }
        Self {
            jobs: BinaryHeap::new(),
            turns: 0,
            to_list,
        }
    }

    /// A device of this severity was listed, and has these lanes.
    pub(super) fn listed(&mut self, severity: Option<KindSeverity>, jobs: Vec<Job>) {
        if let Some(count) = self.to_list.get_mut(&severity) {
            *count -= 1;
        }
        self.to_list.retain(|_, count| *count > 0);
        for job in jobs {
            self.turns += 1;
            self.jobs.push(Queued {
                job,
                turn: Reverse(self.turns),
            });
        }
    }

    /// No device is left to be listed.
    pub(super) fn all_listed(&mut self) {
        self.to_list.clear();
    }

    /// Is anything left to be listed?
    pub(super) fn is_listing(&self) -> bool {
        !self.to_list.is_empty()
    }

    /// Do the lists run far enough ahead of the cancels?
    pub(super) fn is_far_ahead(&self) -> bool {
        self.jobs.len() >= MOST_AHEAD
    }

    /// Is nothing left to be listed, and nothing left to be driven?
    pub(super) fn is_over(&self) -> bool {
        self.to_list.is_empty() && self.jobs.is_empty()
    }

    /// How grave that is whose turn it is.
    pub(super) fn next(&self) -> Option<KindSeverity> {
        self.jobs.peek().map(|queued| queued.job.severity)
    }

    /// Is something to be listed that is known to be graver?
    pub(super) fn awaits_graver_than(&self, severity: KindSeverity) -> bool {
        let gravest = self.to_list.last_key_value();
        gravest.is_some_and(|(gravest, _)| *gravest > Some(severity))
    }

    /// Takes out what is next.
    pub(super) fn take_next(&mut self) -> Option<Job> {
        self.jobs.pop().map(|queued| queued.job)
    }
}

impl Ord for Queued {
    fn cmp(&self, other: &Self) -> Ordering {
        (self.job.severity, self.turn).cmp(&(other.job.severity, other.turn))
    }
}

impl PartialOrd for Queued {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Queued {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Queued {}
