//! The queues to be started: first those of the plan, then those of devices listed in the run, the most severe first.

use std::{
    cmp::{Ordering, Reverse},
    collections::{BTreeMap, BinaryHeap},
    iter::Peekable,
};

use countermand_core_model::KindSeverity;

use super::{job::Job, unlisted::Unlisted};

/// How many queues the lists may be ahead of the cancels; further ahead, they would be out of date.
const MOST_AHEAD: usize = 64;

/// The queues to be started, and the devices to be listed.
pub(super) struct Backlog<I: Iterator<Item = Job>> {
    /// The queues of the plan. Nothing is listed before they are started.
    planned: Peekable<I>,
    listed: BinaryHeap<Listed>,
    turns: usize,
    /// How many devices are to be listed, by their most severe known command; `None` if nothing is known of them.
    to_list: BTreeMap<Option<KindSeverity>, usize>,
    /// A sweep goes on: it is not known how many devices are to be listed.
    is_sweeping: bool,
}

/// The next queue.
#[derive(Clone, Copy, Debug)]
pub(super) struct Next {
    /// How severe it is; `None` if no queue is ready.
    pub(super) severity: Option<KindSeverity>,
    /// A device to be listed is known to have something more severe.
    pub(super) awaits_more_severe: bool,
    /// Further devices are to be listed now.
    pub(super) is_listing: bool,
}

struct Listed {
    job: Job,
    /// Breaks ties: the first comes first.
    turn: Reverse<usize>,
}

impl<I: Iterator<Item = Job>> Backlog<I> {
    /// Returns the backlog of these queues and devices.
    pub(super) fn new(planned: I, devices: &[Unlisted], is_sweeping: bool) -> Self {
        let mut to_list = BTreeMap::new();
        for device in devices {
            *to_list.entry(device.severity()).or_default() += 1;
        }
        Self {
            planned: planned.peekable(),
            listed: BinaryHeap::new(),
            turns: 0,
            to_list,
            is_sweeping,
        }
    }

    /// Adds the queues of a listed device of this severity.
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

    /// Takes note that every device is listed.
    pub(super) fn all_listed(&mut self) {
        self.to_list.clear();
        self.is_sweeping = false;
    }

    /// Returns whether the lists are far enough ahead of the cancels.
    pub(super) fn is_far_ahead(&self) -> bool {
        self.listed.len() >= MOST_AHEAD
    }

    /// Returns the next queue; `None` if nothing is left.
    pub(super) fn next(&mut self) -> Option<Next> {
        if let Some(job) = self.planned.peek() {
            return Some(Next {
                severity: Some(job.severity),
                awaits_more_severe: false,
                is_listing: false,
            });
        }
        let severity = self.listed.peek().map(|listed| listed.job.severity);
        let is_listing = self.is_sweeping || !self.to_list.is_empty();
        let most_severe = self.to_list.last_key_value();
        let awaits_more_severe = severity.is_some()
            && most_severe.is_some_and(|(most_severe, _)| *most_severe > severity);
        (severity.is_some() || is_listing).then_some(Next {
            severity,
            awaits_more_severe,
            is_listing,
        })
    }

    /// Removes and returns the next queue.
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
