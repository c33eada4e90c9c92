//! The status of a run: the few numbers that views watch, published at most some times a second.

use countermand_client::{CancelOutcome, Progress, StopReason, SweepStatus};
use countermand_core_model::{OutcomeGroup, Timestamp};

use super::{outcome, problem::stop_text, results::GroupCounts};
use crate::text::{approvals, brake, list, problems, run as text};

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
    /// Nothing: the page's own server drives the run, and keeps its journal.
    AtServer,
}

/// The status of a run. Small, because it is copied several times a second.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RunStatus {
    /// How far the run is.
    pub phase: Phase,
    /// How many targets there are and are settled, with which outcomes, and how fast.
    pub progress: Progress,
    /// How far looking for the targets is, where the run looks for them on many devices.
    pub sweep: Option<SweepStatus>,
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
    /// How many rows ran, may still run, and will not run.
    pub groups: GroupCounts,
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
            groups: GroupCounts::of_outcomes(outcomes.iter().copied()),
            ..Self::default()
        }
    }

    /// Returns how many targets have each outcome, without zeros. What needs attention comes first.
    pub fn counts(&self) -> Vec<(CancelOutcome, usize)> {
        let mut counts: Vec<(CancelOutcome, usize)> = self.progress.counts().collect();
        counts.sort_by_key(|(outcome, _)| std::cmp::Reverse(outcome.attention()));
        counts
    }

    /// Returns whether the run is active, here or at the page's own server.
    pub fn goes_on(&self) -> bool {
        self.phase != Phase::Over
    }

    /// Returns whether this page drives an active run: without the page it ends.
    pub fn goes_on_here(&self) -> bool {
        self.goes_on() && self.journal != JournalState::AtServer
    }

    /// Returns whether it can be resumed from its journal, wherever that is: it ended before every target was settled.
    pub fn can_resume(&self) -> bool {
        let is_left = self.stopped.is_some() || self.left_open;
        let is_kept = matches!(self.journal, JournalState::Written | JournalState::AtServer);
        self.phase == Phase::Over && is_kept && is_left
    }
    /// Returns the status in a sentence, for a polite announcement.
    pub fn polite(&self) -> String {
        match self.phase {
            Phase::Planning if self.sweep.is_some() => brake::begins().to_owned(),
            Phase::Planning => text::planning(self.progress.total),
            Phase::Asking if self.sweep.is_some() => brake::asked_line().to_owned(),
            Phase::Asking => approvals::waiting_line(self.progress.total),
            Phase::Going if self.sweep.is_some() => self.sweep_line(),
            Phase::Going => text::going(
                self.progress.done,
                self.progress.total,
                self.groups.attention(),
            ),
            Phase::Over => self.summary(),
        }
    }

    /// "120 found: 80 stopped, 3 too late, 37 in progress". Stopped is what was read as cancelled.
    pub(super) fn sweep_line(&self) -> String {
        let stopped = self.progress.count(CancelOutcome::Cancelled);
        let (late, done) = (self.groups.group(OutcomeGroup::Ran), self.progress.done);
        let parts = [
            (stopped, brake::stopped_count as fn(usize) -> String),
            (late, brake::late_count),
            (done.saturating_sub(stopped + late), brake::other_count),
            (self.progress.total.saturating_sub(done), brake::open_count),
        ];
        let parts = parts.into_iter().filter(|(count, _)| *count > 0);
        let parts = list(parts.map(|(count, said)| said(count)));
        match self.progress.total {
            0 => brake::nothing_yet().to_owned(),
            found => brake::found_so_far(found, &parts),
        }
    }

    /// Returns the results in one sentence: "12 commands: 10 cancelled, 2 came too late."
    pub fn summary(&self) -> String {
        if self.progress.done == 0 {
            return if self.stopped.is_some() {
                text::nothing_sent()
            } else if self.sweep.is_some() {
                brake::nothing_found()
            } else if self.unlisted == 0 {
                text::nothing_waited()
            } else {
                text::nothing_read()
            }
            .to_owned();
        }
        let counts = self.progress.counts();
        let parts = counts.map(|(outcome, count)| outcome::counted(outcome, count));
        text::summary(self.progress.done, &list(parts))
    }

    /// Returns the rate and the time left; `None` before there is enough to measure.
    pub fn pace(&self) -> Option<String> {
        if self.phase != Phase::Going {
            return None;
        }
        // So many a minute: a whole number says it for slow runs and fast ones.
        let rate = text::rate((self.progress.rate? * 60.0).round() as usize);
        // Of a brake more is found meanwhile: how long that takes is said with the devices.
        let left = self
            .progress
            .time_left
            .filter(|_| self.sweep.is_none())
            .map(|left| usize::try_from(left.as_secs()).unwrap_or(usize::MAX));
        Some(match left {
            None => rate,
            Some(seconds @ 0..=90) => text::seconds_left(&rate, seconds),
            Some(seconds @ ..=5_400) => text::minutes_left(&rate, seconds.div_ceil(60)),
            Some(seconds) => text::hours_left(&rate, seconds / 3_600, seconds % 3_600 / 60),
        })
    }

    /// Returns how far looking for the targets is, in a sentence; `None` where the run does not look for them.
    pub fn looking(&self) -> Option<String> {
        let sweep = self.sweep.as_ref().filter(|sweep| sweep.devices > 0)?;
        let looked = sweep.looked_at + sweep.failed;
        let said = match sweep.all_known {
            true => brake::looked(looked, sweep.devices),
            false => brake::looked_so_far(looked, sweep.devices),
        };
        let left = sweep.time_left.filter(|_| self.phase == Phase::Going);
        let left = left.map(|left| usize::try_from(left.as_secs()).unwrap_or(usize::MAX));
        Some(match left {
            None | Some(0) => said,
            Some(seconds @ ..=90) => brake::seconds_left(&said, seconds),
            Some(seconds) => brake::minutes_left(&said, seconds.div_ceil(60)),
        })
    }

    /// Returns what is urgent, in lines: what ran despite the cancel, and why the run stopped.
    pub fn alarms(&self) -> Vec<String> {
        let stopped = self.stopped.as_ref().map(|reason| match reason {
            StopReason::ConnectionRefused if self.signed_out => problems::stopped_signed_out(),
            reason => stop_text(reason),
        });
        let ran = self.headline.iter().cloned();
        ran.chain(stopped.map(str::to_owned)).collect()
    }

    /// Returns what is urgent in one text; `None` where nothing is.
    pub fn alarm(&self) -> Option<String> {
        let alarms = self.alarms();
        (!alarms.is_empty()).then(|| alarms.join(" "))
    }
}
