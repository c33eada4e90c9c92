//! The status of a run: the few numbers that views watch, published at most some times a second.

use std::time::Duration;

use countermand_client::{CancelOutcome, StopReason};
use countermand_core_model::Timestamp;

/// How far a run is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Phase {
    /// Targets are read; nothing is sent yet.
    #[default]
    Planning,
    /// The run waits for a second operator's approval; nothing is sent yet.
    Asking,
    /// Cancels are sent and verified.
    Going,
    /// It is over.
    Over,
}

/// What this browser keeps of a run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum JournalState {
    /// Nothing: when the page is closed, the run cannot be resumed.
    #[default]
    None,
    /// Every step.
    Written,
    /// Every step until the journal could no longer be written.
    Broken,
}

/// The status of a run. Small, because it is copied several times a second.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RunStatus {
    /// How far the run is.
    pub phase: Phase,
    /// How many targets are settled.
    pub done: usize,
    /// How many targets there are, as far as is known.
    pub total: usize,
    /// How many targets are known by name: requested, or named by the provider.
    pub known: usize,
    /// How many targets are settled per second; `None` before there is enough to measure.
    pub rate: Option<f64>,
    /// How long the rest takes under the connection's rate budget.
    pub time_left: Option<Duration>,
    /// Until when the provider asks to wait; `None` where it does not, or an answer has come since.
    pub paused_until: Option<Timestamp>,
    /// Why it stopped before all was sent.
    pub stopped: Option<StopReason>,
    /// It stopped because the session at the page's own server has ended.
    pub signed_out: bool,
    /// How many devices were not listed.
    pub unlisted: usize,
    /// Whether something is left for a resume.
    pub left_open: bool,
    /// What this browser keeps of it.
    pub kept: JournalState,
    /// Grows with every change of a row, so that views of rows notice it.
    pub version: u64,
    /// What ran or went out despite the cancel, in sentences, the gravest first.
    pub headline: Vec<String>,
    pub(super) counts: [usize; CancelOutcome::ALL.len()],
}

impl RunStatus {
    /// Returns the status of a past run from its number of targets and the counts of its outcomes.
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

    /// Returns how many targets have this outcome.
    pub fn count(&self, outcome: CancelOutcome) -> usize {
        place(outcome)
            .and_then(|at| self.counts.get(at))
            .copied()
            .unwrap_or_default()
    }

    /// Returns how many targets have each outcome, without zeros. What needs attention comes first.
    pub fn counts(&self) -> Vec<(CancelOutcome, usize)> {
        let mut counts: Vec<(CancelOutcome, usize)> = CancelOutcome::ALL
            .into_iter()
            .zip(self.counts)
            .filter(|(_, count)| *count > 0)
            .collect();
        counts.sort_by_key(|(outcome, _)| std::cmp::Reverse(outcome.attention()));
        counts
    }

    /// Returns how many cancels failed.
    pub fn failed(&self) -> usize {
        CancelOutcome::ALL
            .into_iter()
            .filter(|outcome| outcome.has_failed())
            .map(|outcome| self.count(outcome))
            .sum()
    }

    /// Returns whether the run is active.
    pub fn goes_on(&self) -> bool {
        self.phase != Phase::Over
    }

    /// Returns whether it can be resumed from its journal: it ended before every target was settled.
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
