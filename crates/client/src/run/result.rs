//! The result of a run.

use countermand_core_model::CancelReport;

use crate::{Gaps, StopReason};

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
