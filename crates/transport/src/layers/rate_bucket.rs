//! A token bucket that is closed for a while when the server asks for it.

use std::time::Duration;

use super::RateLimit;

const HOUR_IN_NANOS: u64 = 3_600_000_000_000;

/// Times are those of a monotonic clock.
#[derive(Debug)]
pub(super) struct Bucket {
    refill: Option<Refill>,
    closed_until: Duration,
}

/// The bucket is kept as the one point in time at which it is full again: nothing has to be refilled.
#[derive(Debug)]
struct Refill {
    /// What one token takes to come back.
    interval: Duration,
    /// What all tokens but one take to come back.
    headroom: Duration,
    full_at: Duration,
}

impl Bucket {
    /// A full one, or with no limit one that is never empty.
    pub(super) fn new(limit: Option<RateLimit>) -> Self {
        let refill = limit.map(|limit| {
            // Rounded up: never more than was agreed.
            let nanos = HOUR_IN_NANOS.div_ceil(limit.per_hour.get().into());
            let interval = Duration::from_nanos(nanos);
            Refill {
                interval,
                headroom: interval.saturating_mul(limit.burst.get() - 1),
                full_at: Duration::ZERO,
            }
        });
        Self {
            refill,
            closed_until: Duration::ZERO,
        }
    }

    /// Takes a token, or says how long there is none.
    pub(super) fn take(&mut self, now: Duration) -> Result<(), Duration> {
        let mut wait = self.closed_until.saturating_sub(now);
        if let Some(refill) = &mut self.refill {
            let next = refill.full_at.saturating_sub(refill.headroom);
            wait = wait.max(next.saturating_sub(now));
            if wait.is_zero() {
                refill.full_at = refill.full_at.max(now).saturating_add(refill.interval);
            }
        }
        if wait.is_zero() { Ok(()) } else { Err(wait) }
    }

    /// Gives nothing out until `until`.
    pub(super) fn close_until(&mut self, until: Duration) {
        self.closed_until = self.closed_until.max(until);
    }
}
