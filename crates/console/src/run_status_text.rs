//! The status of a run in sentences.

use countermand_client::StopReason;

use super::{
    outcome,
    problem::stop_text,
    run_status::{Phase, RunStatus},
};
use crate::text::{approvals, list, problems, run as text};

impl RunStatus {
    /// Returns the status in a sentence, for a polite announcement.
    pub fn polite(&self) -> String {
        match self.phase {
            Phase::Planning => text::planning(self.progress.total),
            Phase::Asking => approvals::waiting_line(self.progress.total),
            Phase::Going => text::going(self.progress.done, self.progress.total, self.failed()),
            Phase::Over => self.summary(),
        }
    }

    /// Returns the results in one sentence: "12 commands: 10 cancelled, 2 came too late."
    pub fn summary(&self) -> String {
        if self.progress.done == 0 {
            return if self.stopped.is_some() {
                text::nothing_sent()
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
        let left = self
            .progress
            .time_left
            .map(|left| usize::try_from(left.as_secs()).unwrap_or(usize::MAX));
        Some(match left {
            None => rate,
            Some(seconds @ 0..=90) => text::seconds_left(&rate, seconds),
            Some(seconds @ ..=5_400) => text::minutes_left(&rate, seconds.div_ceil(60)),
            Some(seconds) => text::hours_left(&rate, seconds / 3_600, seconds % 3_600 / 60),
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
