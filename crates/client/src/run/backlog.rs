//! What waits for its turn: first the queues of the plan, then those of what was listed in the run, the gravest first.

use std::{
    cmp::{Ordering, Reverse},
    collections::{BTreeMap, BinaryHeap},
    iter::Peekable,
};

use countermand_core_model::KindSeverity;

use super::{job::Job, unlisted::Unlisted};

/// Lists do not run ahead of the cancels by more than so many queues: what they showed would be of long ago.
const MOST_AHEAD: usize = 64;

/// What waits for its turn, and what is still to be listed.
pub(super) struct Backlog<I: Iterator<Item = Job>> {
    /// Those of the plan: nothing is listed before they have had their turn.
    planned: Peekable<I>,
    listed: BinaryHeap<Listed>,
    turns: usize,
    /// How many devices are still to be listed that are known to have something as grave as this, or of which nothing
    /// is known.
    to_list: BTreeMap<Option<KindSeverity>, usize>,
}

/// What is next.
#[derive(Clone, Copy, Debug)]
pub(super) struct Next {
    /// How grave that is whose turn it is; none where nothing waits now.
    pub(super) severity: Option<KindSeverity>,
    /// Something is to be listed that is known to be graver.
    pub(super) awaits_graver: bool,
    /// Further devices are to be listed now.
    pub(super) is_listing: bool,
}

struct Listed {
    job: Job,
    /// Of what is equally grave, the first comes first.
    turn: Reverse<usize>,
}

impl<I: Iterator<Item = Job>> Backlog<I> {
    /// These queues, and these devices to be listed.
    pub(super) fn new(planned: I, devices: &[Unlisted]) -> Self {
        let mut to_list = BTreeMap::new();
        for device in devices {
            *to_list.entry(device.severity()).or_default() += 1;
        }
        Self {
            planned: planned.peekable(),
            listed: BinaryHeap::new(),
            turns: 0,
            to_list,
        }
    }

    /// A device of this severity was listed, and has these queues.
    pub(super) fn add(&mut self, severity: Option<KindSeverity>, jobs: Vec<Job>) {
        if let Some(count) = self.to_list.get_mut(&severity) {
            *count -= 1;
        }
        self.to_list.retain(|_, count| *count > 0);
        for job in jobs {
            self.turns += 1;
            self.listed.push(Listed {
                job,
                turn: Reverse(self.turns),
            });
        }
    }

    /// No device is left to be listed.
    pub(super) fn all_listed(&mut self) {
        self.to_list.clear();
    }

    /// Do the lists run far enough ahead of the cancels?
    pub(super) fn is_far_ahead(&self) -> bool {
        self.listed.len() >= MOST_AHEAD
    }

    /// What is next; none where nothing is left.
    pub(super) fn next(&mut self) -> Option<Next> {
        if let Some(job) = self.planned.peek() {
            return Some(Next {
                severity: Some(job.severity),
                awaits_graver: false,
                is_listing: false,
            });
        }
        let severity = self.listed.peek().map(|listed| listed.job.severity);
        let is_listing = !self.to_list.is_empty();
        let gravest = self.to_list.last_key_value();
        let awaits_graver =
            severity.is_some() && gravest.is_some_and(|(gravest, _)| *gravest > severity);
        (severity.is_some() || is_listing).then_some(Next {
            severity,
            awaits_graver,
            is_listing,
        })
    }

    /// Takes out what is next.
    pub(super) fn take_next(&mut self) -> Option<Job> {
        let planned = self.planned.next();
        planned.or_else(|| self.listed.pop().map(|listed| listed.job))
    }
}

impl Ord for Listed {
    fn cmp(&self, other: &Self) -> Ordering {
        (self.job.severity, self.turn).cmp(&(other.job.severity, other.turn))
    }
}

impl PartialOrd for Listed {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Listed {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Listed {}
