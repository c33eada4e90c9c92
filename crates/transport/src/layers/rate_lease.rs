//! Tokens of a budget that several processes share, leased some at a time.

use std::time::Duration;

use super::rate_share::Share;
use crate::{BoxFuture, RequestClass};

/// How long leased tokens hold. What is not used by then is lost: no more requests leave than were agreed.
const HOLDS: Duration = Duration::from_secs(10);

/// The most tokens that are leased at once.
const MOST: u32 = 1 << 20;

/// Lends tokens of a budget that several processes share.
pub trait TokenLender: Send + Sync {
    /// Takes up to `tokens` tokens at once, and leaves those to others that this share may not have. Where it is
    /// dropped, they may be lost.
    fn lease(&self, tokens: u32, share: Share) -> BoxFuture<'_, TokenLease>;

    /// Tells the others that the server asked this process to send no requests of this class for so long.
    fn pause(&self, class: RequestClass, pause: Duration) -> BoxFuture<'_, ()>;
}

/// What a lender gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TokenLease {
    /// How many tokens; may be none.
    pub tokens: u32,
    /// Where there is none: after how long it is worth to ask again.
    pub wait: Duration,
    /// For how long no reads, and no cancels, are to be sent: the server asked some process for it.
    pub pauses: [Duration; 2],
}

/// The tokens that this process has. Times are those of a monotonic clock.
#[derive(Debug, Default)]
pub(super) struct LeasedTokens {
    tokens: u32,
    /// How many were asked for last, and when.
    size: u32,
    at: Duration,
}

impl LeasedTokens {
    /// Takes one. Returns `false` where there is none.
    pub(super) fn take(&mut self, now: Duration) -> bool {
        if self.tokens == 0 || now.saturating_sub(self.at) >= HOLDS {
            self.tokens = 0;
            return false;
        }
        self.tokens -= 1;
        true
    }

    /// Returns how many to lease: more while they are used up within a second, few where they would be lost.
    pub(super) fn wanted(&mut self, now: Duration) -> u32 {
        self.size = match now.saturating_sub(self.at) {
            _ if self.size == 0 => 1,
            age if age < Duration::from_secs(1) => self.size.saturating_mul(2).min(MOST),
            age if age < Duration::from_secs(4) => self.size,
            _ => 1,
        };
        self.size
    }

    /// Keeps leased tokens.
    pub(super) fn keep(&mut self, tokens: u32, now: Duration) {
        self.tokens = self.tokens.saturating_add(tokens);
        self.at = now;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: u64) -> Duration {
        Duration::from_millis(millis)
    }

    fn kept(tokens: u32, now: Duration) -> LeasedTokens {
        let mut leased = LeasedTokens::default();
        assert_eq!(leased.wanted(now), 1);
        leased.keep(tokens, now);
        leased
    }

    #[test]
    fn tokens_are_used_once_and_not_after_ten_seconds() {
        let mut leased = kept(2, at(0));
        assert!(leased.take(at(0)) && leased.take(at(9_999)) && !leased.take(at(9_999)));
        let mut leased = kept(2, at(0));
        assert!(!leased.take(at(10_000)));
        assert!(!leased.take(at(0)), "they are gone");
    }

    #[test]
    fn the_more_are_used_the_more_are_leased() {
        let mut leased = kept(1, at(0));
        assert_eq!(leased.wanted(at(10)), 2);
        assert_eq!(leased.wanted(at(20)), 4);
        assert_eq!(leased.wanted(at(2_000)), 4);
        assert_eq!(leased.wanted(at(5_000)), 1, "most of them would be lost");
        for _ in 0..64 {
            leased.wanted(at(0));
        }
        assert_eq!(leased.wanted(at(0)), MOST);
    }
}
