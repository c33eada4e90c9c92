//! What a run came to.

use countermand_core_model::CancelReport;

use crate::{Gaps, StopReason};

/// What became of everything in a plan.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct RunResult {
    /// One row per target, in the order of the plan; rows beyond the plan follow their device's.
    pub reports: Vec<CancelReport>,
    /// Why the run stopped before all was sent, where it did.
    pub stopped: Option<StopReason>,
    /// Where more may wait than the run has targets.
    pub gaps: Gaps,
    /// How many rows and devices are not final: whoever resumes the run from its journal goes on with them.
    pub left_open: usize,
}

impl RunResult {
    /// Did any cancel leave, or may it have?
    pub fn any_sent(&self) -> bool {
        self.reports.iter().any(|report| report.attempts > 0)
    }
}
