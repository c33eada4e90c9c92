//! Waits that double, spread so that many clients do not retry at once.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use super::RetryPolicy;
use crate::SharedTimer;

/// Spreads waits. It only has to differ between clients and calls: the clocks and a counter are enough, and need no
/// source of randomness in the browser.
#[derive(Debug, Default)]
pub(super) struct Jitter(AtomicU64);

impl Jitter {
    /// The wait after `failed` attempts: from half of the doubled step to all of it.
    pub(super) fn wait(&self, policy: &RetryPolicy, failed: u32, timer: &SharedTimer) -> Duration {
        let doublings = failed.saturating_sub(1).min(31);
        let step = policy
            .base_backoff
            .saturating_mul(1 << doublings)
            .min(policy.max_backoff);
        // 53 bits are what a float holds.
        let share = (self.next(timer) >> 11) as f64 / (1_u64 << 53) as f64;
        let half = step / 2;
        half + half.mul_f64(share)
    }

    fn next(&self, timer: &SharedTimer) -> u64 {
        let count = self.0.fetch_add(1, Ordering::Relaxed);
        let monotonic = timer.monotonic();
        let seed = timer.now().as_millis().cast_unsigned()
            ^ monotonic.as_secs().rotate_left(20)
            ^ u64::from(monotonic.subsec_nanos()).rotate_left(32);
        // SplitMix64: neighbouring seeds give unlike numbers.
        let mut mixed =
            seed.wrapping_add(count.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15));
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}
