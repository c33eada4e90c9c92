//! Where a run stands, in words: what is said politely, at once, and at the end.

use countermand_client::CancelOutcome;

use super::{
    problem::stop_text,
    progress::{Phase, Progress},
};
use crate::text::{list, outcomes, run as text};

impl Progress {
    /// Where it stands, to be said politely.
    pub fn polite(&self) -> String {
        match self.phase {
            Phase::Planning => text::planning(self.total),
            Phase::Going => text::going(self.done, self.total, self.failed()),
            Phase::Over => self.summary(),
        }
    }

    /// What became of it in one sentence: "12 commands: 10 cancelled, 2 came too late."
    pub fn summary(&self) -> String {
        if self.reports.is_empty() {
            return if self.problems.is_empty() {
                text::nothing_waited()
            } else {
                text::nothing_read()
            }
            .to_owned();
        }
        let parts: Vec<String> = self
            .counts()
            .map(|(outcome, count)| outcomes::counted(outcome, count))
            .collect();
        text::summary(self.reports.len(), &list(parts))
    }

    /// What has to be said at once; none where nothing has.
    pub fn alarm(&self) -> Option<String> {
        let lost = self
            .counts()
            .find(|(outcome, _)| *outcome == CancelOutcome::LostRace)
            .map_or(0, |(_, count)| count);
        let parts: Vec<String> = [
            (lost > 0).then(|| text::lost_races(lost)),
            self.stopped
                .as_ref()
                .map(|reason| stop_text(reason).to_owned()),
        ]
        .into_iter()
        .flatten()
        .collect();
        (!parts.is_empty()).then(|| parts.join(" "))
    }
}
