//! Where a run stands: the few numbers that views watch, told at most some times a second.

use std::time::Duration;

use countermand_client::{CancelOutcome, StopReason};
use countermand_core_model::Timestamp;

/// How far a run is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Phase {
    /// The targets are read before anything is sent.
    #[default]
    Planning,
    /// A second operator is asked for approval: nothing is sent.
    Asking,
    /// Cancels are sent and read again.
    Going,
    /// It is over.
    Over,
}

/// What is kept of a run in this browser.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum JournalState {
    /// Nothing: when the page is closed, the run cannot be resumed.
    #[default]
    None,
    /// Every step.
    Written,
    /// Every step up to where it could not be written any more.
    Broken,
}

/// Where a run stands. Small: it is copied several times a second.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RunStatus {
    /// How far it is.
    pub phase: Phase,
    /// How many targets are settled.
    pub done: usize,
    /// How many there are, as far as is known.
    pub total: usize,
    /// How many targets are known by name: asked for, or named by the vendor.
    pub known: usize,
    /// How many were settled a second; none before there is something to go by.
    pub rate: Option<f64>,
    /// How long the rest takes under the connection's rate budget.
    pub time_left: Option<Duration>,
    /// The vendor asks to wait until then; none where it does not, or something has come since.
    pub paused_until: Option<Timestamp>,
    /// Why it stopped before all was sent.
    pub stopped: Option<StopReason>,
    /// It stopped because the session at the page's own server has ended.
    pub signed_out: bool,
    /// How many devices were not listed.
    pub unlisted: usize,
    /// Something was left for whoever goes on with it.
    pub left_open: bool,
    /// What is kept of it.
    pub kept: JournalState,
    /// Grows with every change of a row, so that whoever shows rows looks again.
    pub version: u64,
    /// What ran or went out all the same, in words, the gravest first.
    pub headline: Vec<String>,
    pub(super) counts: [usize; CancelOutcome::ALL.len()],
}

impl RunStatus {
    /// A run that is past: so many targets, and of them so many with each outcome.
    pub fn past(targets: usize, outcomes: &[(CancelOutcome, usize)]) -> Self {
        let mut status = Self {
            phase: Phase::Over,
            total: targets,
            ..Self::default()
        };
        for (outcome, count) in outcomes {
            if let Some(place) = place(*outcome).and_then(|at| status.counts.get_mut(at)) {
                *place = *count;
                status.done += *count;
            }
        }
        status
    }

    /// How many have this outcome.
    pub fn count(&self, outcome: CancelOutcome) -> usize {
        place(outcome)
            .and_then(|at| self.counts.get(at))
            .copied()
            .unwrap_or_default()
    }

    /// How many have each outcome, what asks for attention first; none where it is zero.
    pub fn counts(&self) -> Vec<(CancelOutcome, usize)> {
        let mut counts: Vec<(CancelOutcome, usize)> = CancelOutcome::ALL
            .into_iter()
            .zip(self.counts)
            .filter(|(_, count)| *count > 0)
            .collect();
        counts.sort_by_key(|(outcome, _)| std::cmp::Reverse(outcome.attention()));
        counts
    }

    /// How many failed.
    pub fn failed(&self) -> usize {
        CancelOutcome::ALL
            .into_iter()
            .filter(|outcome| outcome.has_failed())
            .map(|outcome| self.count(outcome))
            .sum()
    }

    /// Does it go on?
    pub fn goes_on(&self) -> bool {
        self.phase != Phase::Over
    }

    /// Can it be gone on with from its journal? Only what ended before all was settled can.
    pub fn can_resume(&self) -> bool {
        let is_left = self.stopped.is_some() || self.left_open;
        self.phase == Phase::Over && self.kept == JournalState::Written && is_left
    }

    pub(super) fn add(&mut self, outcome: CancelOutcome) {
        if let Some(count) = place(outcome).and_then(|at| self.counts.get_mut(at)) {
            *count += 1;
            self.done += 1;
        }
    }

    pub(super) fn take(&mut self, outcome: CancelOutcome) {
        if let Some(count) = place(outcome).and_then(|at| self.counts.get_mut(at)) {
            *count = count.saturating_sub(1);
            self.done = self.done.saturating_sub(1);
        }
    }
}

fn place(outcome: CancelOutcome) -> Option<usize> {
    CancelOutcome::ALL
        .iter()
        .position(|known| *known == outcome)
}
