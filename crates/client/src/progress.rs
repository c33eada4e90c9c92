//! How far a run is.

use std::time::Duration;

use countermand_core_model::CancelOutcome;

/// How far a run is, reported with each settled target.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Progress {
    /// How many targets are settled.
    pub done: usize,
    /// How many there are, as far as is known.
    pub total: usize,
    counts: [usize; CancelOutcome::ALL.len()],
    /// How many were settled before this process began to count.
    settled_before: usize,
    /// How many are settled per second on average, once that can be estimated.
    pub rate: Option<f64>,
    /// How long the rest takes, at that rate or under the connection's rate limit, whichever is longer.
    pub time_left: Option<Duration>,
}

impl Progress {
    /// Returns the progress of a run of this many targets that has not begun.
    pub fn of(total: usize) -> Self {
        Self {
            total,
            ..Self::default()
        }
    }

    /// Returns the progress of a finished run with these outcomes.
    pub fn counted(outcomes: impl IntoIterator<Item = (CancelOutcome, usize)>) -> Self {
        let mut progress = Self::of(0);
        for (outcome, count) in outcomes {
            progress.done += count;
            if let Some(place) = position(outcome).and_then(|at| progress.counts.get_mut(at)) {
                *place += count;
            }
        }
        progress.total = progress.done;
        progress
    }

    /// Returns how many have this outcome.
    pub fn count(&self, outcome: CancelOutcome) -> usize {
        position(outcome)
            .and_then(|at| self.counts.get(at))
            .copied()
            .unwrap_or_default()
    }

    /// Returns the outcomes that occur, and how many have each.
    pub fn counts(&self) -> impl Iterator<Item = (CancelOutcome, usize)> + '_ {
        CancelOutcome::ALL
            .into_iter()
            .zip(self.counts)
            .filter(|(_, count)| *count > 0)
    }

    /// Counts a settled target, `elapsed` after the run began. `by_budget` is how long the rest takes at least under
    /// the rate limit.
    pub(crate) fn settled(
        &mut self,
        outcome: CancelOutcome,
        elapsed: Duration,
        by_budget: Option<Duration>,
    ) {
        self.done += 1;
        self.total = self.total.max(self.done);
        if let Some(count) = position(outcome).and_then(|at| self.counts.get_mut(at)) {
            *count += 1;
        }
        let seconds = elapsed.as_secs_f64();
        if seconds < 1.0 {
            return;
        }
        let rate = (self.done - self.settled_before) as f64 / seconds;
        let left = Duration::try_from_secs_f64((self.total - self.done) as f64 / rate).ok();
        self.rate = Some(rate);
        self.time_left = left.max(by_budget);
    }

    /// Counts a target that an earlier process settled.
    pub(crate) fn was_settled(&mut self, outcome: CancelOutcome) {
        self.done += 1;
        self.settled_before += 1;
        if let Some(count) = position(outcome).and_then(|at| self.counts.get_mut(at)) {
            *count += 1;
        }
    }
}

fn position(outcome: CancelOutcome) -> Option<usize> {
    CancelOutcome::ALL
        .iter()
        .position(|other| *other == outcome)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rate_and_time_left_once_there_is_something_to_go_by() {
        let mut progress = Progress::of(90);
        progress.settled(CancelOutcome::Cancelled, Duration::from_millis(10), None);
        assert_eq!(
            (progress.done, progress.rate, progress.time_left),
            (1, None, None)
        );
        for _ in 0..29 {
            progress.settled(CancelOutcome::Denied, Duration::from_secs(10), None);
        }
        assert_eq!(progress.rate, Some(3.0));
        assert_eq!(progress.time_left, Some(Duration::from_secs(20)));
        let counts: Vec<_> = progress.counts().collect();
        assert_eq!(
            counts,
            [(CancelOutcome::Cancelled, 1), (CancelOutcome::Denied, 29)]
        );
    }

    #[test]
    fn the_rate_of_a_resumed_run_is_that_of_this_process() {
        let mut progress = Progress::of(1_000);
        for _ in 0..900 {
            progress.was_settled(CancelOutcome::Cancelled);
        }
        progress.settled(CancelOutcome::Cancelled, Duration::from_secs(1), None);
        assert_eq!(progress.rate, Some(1.0));
        assert_eq!(progress.time_left, Some(Duration::from_secs(99)));
    }

    #[test]
    fn a_burst_is_no_promise_where_the_budget_is_tight() {
        let mut progress = Progress::of(1_000);
        let hour = Some(Duration::from_secs(3600));
        progress.settled(CancelOutcome::Cancelled, Duration::from_secs(1), hour);
        assert_eq!(progress.time_left, hour);
    }
}
