//! How much of a run is under way at once, and how fast it goes.

use std::{
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use async_lock::Semaphore;
use countermand_transport::RateLimit;

use super::pauses::Pauses;
use crate::Progress;

pub(super) struct Limits {
    /// How many may be under way at once.
    pub(super) at_once: usize,
    /// Places for targets whose cancels are being sent.
    pub(super) sending: Semaphore,
    /// Places for targets that are read after their cancel.
    pub(super) reading: Semaphore,
    /// Places for targets that are read before their cancel; they take none from those read after it.
    pub(super) checking: Semaphore,
    /// Places for device queues with something to send.
    pub(super) queues: Arc<Semaphore>,
    pauses: Mutex<Pauses>,
    /// The requests per second that the connection may make, and how many at once.
    budget: Option<(f64, f64)>,
    /// How many cancels were sent.
    sent: AtomicUsize,
    /// No further device is listed for now.
    lists_wait: AtomicBool,
}

impl Limits {
    pub(super) fn new(at_once: usize, rate: Option<RateLimit>) -> Self {
        Self {
            at_once,
            sending: Semaphore::new(at_once),
            reading: Semaphore::new(at_once),
            checking: Semaphore::new(at_once),
            queues: Arc::new(Semaphore::new(at_once)),
            pauses: Mutex::default(),
            budget: rate.map(|rate| {
                let per_second = f64::from(rate.per_hour.get()) / 3600.0;
                (per_second, f64::from(rate.burst.get()))
            }),
            sent: AtomicUsize::new(0),
            lists_wait: AtomicBool::new(false),
        }
    }

    /// Waits until no queue has anything to send.
    pub(super) async fn nothing_to_send(&self) {
        let mut places = Vec::with_capacity(self.at_once);
        for _ in 0..self.at_once {
            places.push(self.queues.acquire().await);
        }
    }

    /// Returns the pauses that the provider asked for.
    pub(super) fn pauses(&self) -> MutexGuard<'_, Pauses> {
        self.pauses.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sets whether further devices may be listed.
    pub(super) fn list_ahead(&self, may: bool) {
        self.lists_wait.store(!may, Ordering::Relaxed);
    }

    /// Returns whether lists wait for the cancels.
    pub(super) fn lists_wait(&self) -> bool {
        self.lists_wait.load(Ordering::Relaxed)
    }

    /// Counts a cancel that was sent.
    pub(super) fn count_sent(&self) {
        self.sent.fetch_add(1, Ordering::Relaxed);
    }

    /// Returns how many cancels were sent.
    pub(super) fn sent(&self) -> usize {
        self.sent.load(Ordering::Relaxed)
    }

    /// Returns how long `requests` take at least, after the run made so many in this time. What is left of the burst takes no
    /// time.
    pub(super) fn requests_by_budget(
        &self,
        requests: f64,
        made: f64,
        elapsed: Duration,
    ) -> Option<Duration> {
        let (per_second, burst) = self.budget?;
        let left_of_burst = (burst + elapsed.as_secs_f64() * per_second - made).clamp(0.0, burst);
        Duration::try_from_secs_f64((requests - left_of_burst).max(0.0) / per_second).ok()
    }

    /// Returns how long the remaining cancels take at least.
    pub(super) fn left_by_budget(&self, progress: &Progress) -> Option<Duration> {
        let sent = self.sent().max(progress.done);
        let (per_second, _) = self.budget?;
        let left = progress.total.saturating_sub(sent);
        Duration::try_from_secs_f64(left as f64 / per_second).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_of_a_burst_takes_no_time() {
        let limits = Limits::new(1, "3600/h, burst 100".parse().ok());
        let second = Duration::from_secs;
        for (requests, made, elapsed, takes) in [
            (100.0, 0.0, 0, 0),
            (160.0, 0.0, 0, 60),
            (160.0, 100.0, 0, 160),
            (160.0, 100.0, 30, 130),
            // The burst is no larger for having waited.
            (160.0, 0.0, 1_000, 60),
        ] {
            let time = limits.requests_by_budget(requests, made, second(elapsed));
            assert_eq!(time, Some(second(takes)), "{requests} after {made}");
        }
        let unlimited = Limits::new(1, None);
        assert_eq!(unlimited.requests_by_budget(9.0, 0.0, second(0)), None);
    }
}
