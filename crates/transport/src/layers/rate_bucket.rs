//! A token bucket that is closed for a while when the server asks for it, for one class of requests.

use std::time::Duration;

use super::{RateLimit, Share};
use crate::RequestClass;

const HOUR_IN_NANOS: u64 = 3_600_000_000_000;

/// Times are those of a monotonic clock.
#[derive(Debug)]
pub(super) struct Bucket {
    refill: Option<Refill>,
    /// Of reads, and of cancels.
    closed_until: [Duration; 2],
}

/// Why a token cannot be had now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NoToken {
    /// The rate: so long.
    Rate(Duration),
    /// The server asked for a pause: so long.
    Pause(Duration),
}

/// The bucket is kept as the one point in time at which it is full again: nothing has to be refilled.
#[derive(Debug)]
struct Refill {
    /// What one token takes to come back.
    interval: Duration,
    /// What all tokens but one take to come back.
    headroom: Duration,
    burst: u32,
    full_at: Duration,
}

impl NoToken {
    pub(super) fn wait(self) -> Duration {
        match self {
            Self::Rate(wait) | Self::Pause(wait) => wait,
        }
    }
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
                burst: limit.burst.get(),
                headroom: interval.saturating_mul(limit.burst.get() - 1),
                full_at: Duration::ZERO,
            }
        });
        Self {
            refill,
            closed_until: [Duration::ZERO; 2],
        }
    }

    /// How long this class is still closed.
    pub(super) fn pause(&self, class: RequestClass, now: Duration) -> Duration {
        self.closed_until[place(class)].saturating_sub(now)
    }

    /// Takes a token, or says how long there is none.
    pub(super) fn take(&mut self, class: RequestClass, now: Duration) -> Result<(), NoToken> {
        self.take_of(Share::Whole, class, now)
    }

    /// Takes a token of this share, or says how long there is none.
    pub(super) fn take_of(
        &mut self,
        share: Share,
        class: RequestClass,
        now: Duration,
    ) -> Result<(), NoToken> {
        let pause = self.pause(class, now);
        if !pause.is_zero() {
            return Err(NoToken::Pause(pause));
        }
        if let Some(refill) = &mut self.refill {
            let left = share.left_for_others(refill.burst);
            let headroom = refill
                .headroom
                .saturating_sub(refill.interval.saturating_mul(left));
            let next = refill.full_at.saturating_sub(headroom);
            let wait = next.saturating_sub(now);
            if !wait.is_zero() {
                return Err(NoToken::Rate(wait));
            }
            refill.full_at = refill.full_at.max(now).saturating_add(refill.interval);
        }
        Ok(())
    }

    /// What one token takes to come back.
    pub(super) fn interval(&self) -> Option<Duration> {
        Some(self.refill.as_ref()?.interval)
    }

    /// Gives nothing out to this class until `until`.
    pub(super) fn close_until(&mut self, class: RequestClass, until: Duration) {
        let closed_until = &mut self.closed_until[place(class)];
        *closed_until = (*closed_until).max(until);
    }
}

fn place(class: RequestClass) -> usize {
    match class {
        RequestClass::Read => 0,
        RequestClass::Cancel => 1,
    }
}
