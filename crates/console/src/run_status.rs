//! The status of a run: the few numbers that views watch, published at most some times a second.

use countermand_client::{CancelOutcome, Progress, StopReason};
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
    /// How many targets there are and are settled, with which outcomes, and how fast.
    pub progress: Progress,
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
    pub journal: JournalState,
    /// Grows with every change of a row, so that views of rows notice it.
    pub version: u64,
    /// What ran or went out despite the cancel, in sentences, the gravest first.
    pub headline: Vec<String>,
}

impl RunStatus {
    /// Returns the status of a past run from its number of targets and the counts of its outcomes.
    pub fn past(targets: usize, outcomes: &[(CancelOutcome, usize)]) -> Self {
        let mut progress = Progress::counted(outcomes.iter().copied());
        progress.total = targets;
        Self {
            phase: Phase::Over,
            progress,
            ..Self::default()
        }
    }

    /// Returns how many targets have each outcome, without zeros. What needs attention comes first.
    pub fn counts(&self) -> Vec<(CancelOutcome, usize)> {
        let mut counts: Vec<(CancelOutcome, usize)> = self.progress.counts().collect();
        counts.sort_by_key(|(outcome, _)| std::cmp::Reverse(outcome.attention()));
        counts
    }

    /// Returns how many cancels failed.
    pub fn failed(&self) -> usize {
        let counts = self.progress.counts();
        let failed = counts.filter(|(outcome, _)| outcome.has_failed());
        failed.map(|(_, count)| count).sum()
    }

    /// Returns whether the run is active.
    pub fn goes_on(&self) -> bool {
        self.phase != Phase::Over
    }

    /// Returns whether it can be resumed from its journal: it ended before every target was settled.
    pub fn can_resume(&self) -> bool {
        let is_left = self.stopped.is_some() || self.left_open;
        self.phase == Phase::Over && self.journal == JournalState::Written && is_left
    }
}
