//! A token bucket that is closed for a while when the server asks for it, for one class of requests.

use std::time::Duration;

use super::{
    RateLimit,
    rate_lease::{LeasedTokens, TokenLease},
    rate_share::Share,
};
use crate::RequestClass;

const HOUR_IN_NANOS: u64 = 3_600_000_000_000;

/// Times are those of a monotonic clock.
#[derive(Debug)]
pub(super) struct Bucket {
    refill: Option<Refill>,
    /// In place of what comes back by itself.
    leased: Option<LeasedTokens>,
    /// Of reads, and of cancels.
    closed_until: [Duration; 2],
}

/// Why there is no token now, and for how long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NoToken {
    /// The rate.
    Rate(Duration),
    /// The server asked for a pause.
    Pause(Duration),
    /// One has to be leased.
    Lease,
}

/// The bucket is kept as the point in time at which it is full again: nothing has to be refilled.
#[derive(Debug)]
struct Refill {
    /// The time in which one token comes back.
    interval: Duration,
    /// The time in which all tokens but one come back.
    headroom: Duration,
    burst: u32,
    full_at: Duration,
}

impl NoToken {
    pub(super) fn wait(self) -> Duration {
        match self {
            Self::Rate(wait) | Self::Pause(wait) => wait,
            Self::Lease => Duration::ZERO,
        }
    }
}

impl Bucket {
    /// A full bucket; without a limit, it is never empty.
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
            leased: None,
            closed_until: [Duration::ZERO; 2],
        }
    }

    /// Lets so many tokens go at once from now on. What was taken stays taken.
    pub(super) fn widen(&mut self, burst: u32) {
        if let Some(refill) = &mut self.refill {
            refill.burst = refill.burst.max(burst);
            refill.headroom = refill.interval.saturating_mul(refill.burst - 1);
        }
    }

    /// A bucket whose tokens are leased.
    pub(super) fn leasing(limit: RateLimit) -> Self {
        Self {
            leased: Some(LeasedTokens::default()),
            ..Self::new(Some(limit))
        }
    }

    /// Returns how many tokens to lease.
    pub(super) fn wanted(&mut self, now: Duration) -> u32 {
        let burst = self.refill.as_ref().map_or(1, |refill| refill.burst);
        let wanted = self.leased.as_mut().map(|leased| leased.wanted(now));
        wanted.unwrap_or_default().min(burst)
    }

    /// Keeps leased tokens, and is closed where the server asked other processes for it.
    pub(super) fn keep(&mut self, lease: TokenLease, now: Duration) {
        if let (Some(leased), 1..) = (&mut self.leased, lease.tokens) {
            leased.keep(lease.tokens, now);
        }
        for (class, pause) in [RequestClass::Read, RequestClass::Cancel]
            .into_iter()
            .zip(lease.pauses)
        {
            self.close_until(class, now.saturating_add(pause));
        }
    }

    /// How long this class stays closed.
    pub(super) fn pause(&self, class: RequestClass, now: Duration) -> Duration {
        self.closed_until[class as usize].saturating_sub(now)
    }

    /// Takes a token of this share, or says how long there is none.
    pub(super) fn take(
        &mut self,
        share: Share,
        class: RequestClass,
        now: Duration,
    ) -> Result<(), NoToken> {
        let pause = self.pause(class, now);
        if !pause.is_zero() {
            return Err(NoToken::Pause(pause));
        }
        if let Some(leased) = &mut self.leased {
            return match leased.take(now) {
                true => Ok(()),
                false => Err(NoToken::Lease),
            };
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

    /// Leaves half of the tokens: the server took less than was agreed.
    pub(super) fn halve(&mut self, now: Duration) {
        if let Some(refill) = &self.refill {
            let missing = refill.full_at.saturating_sub(now);
            let missing = missing
                .as_nanos()
                .div_ceil(refill.interval.as_nanos().max(1));
            let missing = u32::try_from(missing).unwrap_or(u32::MAX);
            let left = refill.burst.saturating_sub(missing);
            self.leave_at_most(left.div_ceil(2).into(), now);
        }
    }

    /// Leaves at most so many tokens: the server has no more.
    pub(super) fn leave_at_most(&mut self, tokens: u64, now: Duration) {
        if let Some(refill) = &mut self.refill {
            let tokens = u32::try_from(tokens).unwrap_or(u32::MAX).min(refill.burst);
            let missing = refill.interval.saturating_mul(refill.burst - tokens);
            refill.full_at = refill.full_at.max(now.saturating_add(missing));
        }
        if let Some(leased) = self.leased.as_mut().filter(|_| tokens == 0) {
            *leased = LeasedTokens::default();
        }
    }

    /// The time in which one token comes back.
    pub(super) fn interval(&self) -> Option<Duration> {
        Some(self.refill.as_ref()?.interval)
    }

    /// Gives no tokens to this class until `until`.
    pub(super) fn close_until(&mut self, class: RequestClass, until: Duration) {
        let closed_until = &mut self.closed_until[class as usize];
        *closed_until = (*closed_until).max(until);
    }
}
