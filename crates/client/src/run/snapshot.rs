//! What is seen of a run while it goes on, and its result.

use std::borrow::Cow;

use countermand_core_model::{CancelReport, KindSeverity, SeverityRules};

use crate::{Gaps, Progress, StopReason};

/// How far a target is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowStage {
    /// No cancel was sent for it in this run.
    Queued,
    /// Its cancel is being sent.
    Sending,
    /// It is read after its cancel.
    Verifying,
    /// The provider did not report it cancelled in time, and it is watched.
    Watching,
    /// Its report is final in this run.
    Settled,
}

/// A target while the run goes on.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RunRow {
    /// What is known of it. While its cancel is under way its outcome is `unknown`.
    pub report: CancelReport,
    /// How far it is.
    pub stage: RowStage,
}

/// A row of a run, as [`RunWatch::look_at`](super::RunWatch::look_at) shows it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct RowView<'r> {
    /// What is known of the target. While its cancel is under way its outcome is `unknown`.
    pub report: Cow<'r, CancelReport>,
    /// How far it is.
    pub stage: RowStage,
    /// The name of the command, where it has one.
    pub name: Option<&'r str>,
    /// Whether the provider named the command by itself, beyond the plan.
    pub is_unplanned: bool,
    pub(super) severity_rules: &'r SeverityRules,
}

impl RowView<'_> {
    /// Returns how grave it is if the command runs, by the rules of the run.
    pub fn severity(&self) -> KindSeverity {
        let kind = self.report.kind.as_deref().unwrap_or_default();
        self.severity_rules.of_command(kind, self.name)
    }
}

/// A run at one moment.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct RunSnapshot {
    /// Every target, in the order of the result.
    pub rows: Vec<RunRow>,
    /// How far the run is.
    pub progress: Progress,
    /// Why nothing more is sent, if the run is stopped.
    pub stopped: Option<StopReason>,
}

impl From<RowView<'_>> for RunRow {
    fn from(view: RowView<'_>) -> Self {
        Self {
            report: view.report.into_owned(),
            stage: view.stage,
        }
    }
}

/// What became of everything in a plan.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct RunResult {
    /// One row per target, in the order of the plan. Rows beyond the plan follow those of their device.
    pub reports: Vec<CancelReport>,
    /// Why the run stopped early, if it did.
    pub stopped: Option<StopReason>,
    /// Where more may be pending than the run has targets.
    pub gaps: Gaps,
    /// How many rows and devices are left to a resumed run.
    pub left_open: usize,
}

impl RunResult {
    /// Returns whether any cancel was sent, or may have been.
    pub fn any_sent(&self) -> bool {
        self.reports.iter().any(|report| report.attempts > 0)
    }
}
