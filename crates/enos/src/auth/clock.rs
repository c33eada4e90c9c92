//! Strictly rising timestamps: two equal requests in one millisecond would have one signature, and the second
//! would be refused as a repetition.

use std::sync::atomic::{AtomicI64, Ordering};

use countermand_core_model::Timestamp;

/// Gives each request a timestamp of its own.
#[derive(Debug)]
pub(super) struct Clock {
    last: AtomicI64,
}

impl Clock {
    pub(super) fn new() -> Self {
        Self {
            last: AtomicI64::new(i64::MIN),
        }
    }

    /// Milliseconds: `now`, or just after the last one where that is later.
    pub(super) fn stamp(&self, now: Timestamp) -> i64 {
        let next = |last: i64| now.as_millis().max(last.saturating_add(1));
        let before = self
            .last
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |last| {
                Some(next(last))
            });
        next(before.unwrap_or_else(|last| last))
    }
}

#[cfg(test)]
mod tests {
    use std::{collections::HashSet, thread};

    use super::*;

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_millis(millis).unwrap()
    }

    #[test]
    fn it_rises_though_time_stands_still_or_goes_back() {
        let clock = Clock::new();
        let stamps: Vec<i64> = [100, 100, 50, 102, 103, 500]
            .into_iter()
            .map(|now| clock.stamp(at(now)))
            .collect();
        assert_eq!(stamps, [100, 101, 102, 103, 104, 500]);
    }

    #[test]
    fn no_two_threads_get_the_same() {
        let clock = Clock::new();
        let stamps: Vec<i64> = thread::scope(|scope| {
            let threads: Vec<_> = (0..8)
                .map(|_| scope.spawn(|| (0..500).map(|_| clock.stamp(at(7))).collect::<Vec<_>>()))
                .collect();
            threads
                .into_iter()
                .flat_map(|thread| thread.join().unwrap())
                .collect()
        });
        assert_eq!(stamps.iter().collect::<HashSet<_>>().len(), 4_000);
    }
}
