//! A budget of requests that several callers share.

use std::{
    fmt,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use bytes::Bytes;
use futures_util::future::{Either, select};
use http::{Response, StatusCode};

use super::{RateLimit, rate_bucket::Bucket, rate_turn::Turns};
use crate::{SharedTimer, retry_after};

/// Longer than this no server's word stops a connection.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

/// Gives out turns at a rate, in the order of arrival. Whoever stops waiting takes nothing from the others.
pub struct Budget {
    timer: SharedTimer,
    bucket: Mutex<Bucket>,
    turns: Turns,
}

impl Budget {
    /// One of `limit`; without a limit, only a server's word makes anybody wait.
    pub fn new(timer: SharedTimer, limit: Option<RateLimit>) -> Self {
        Self {
            timer,
            bucket: Mutex::new(Bucket::new(limit)),
            turns: Turns::default(),
        }
    }

    /// Waits for a turn, however long that takes.
    pub async fn pass(&self) {
        // Only the first in the queue looks at the bucket, so that nobody overtakes.
        let _turn = self.turns.mine().await;
        loop {
            // A statement of its own: the lock must not be held while waiting.
            let taken = self.bucket().take(self.timer.monotonic());
            match taken {
                Ok(()) => return,
                Err(wait) => self.timer.sleep(wait).await,
            }
        }
    }

    /// Waits for a turn, but no longer than `patience`.
    ///
    /// # Errors
    /// After how long it is worth to come again. No turn was taken then.
    pub async fn pass_within(&self, patience: Duration) -> Result<(), Duration> {
        let deadline = self.timer.monotonic().saturating_add(patience);
        let turn = Box::pin(self.turns.mine());
        let _turn = match select(turn, self.timer.sleep(patience)).await {
            Either::Left((turn, _)) => turn,
            Either::Right(_) => return Err(patience),
        };
        loop {
            let now = self.timer.monotonic();
            let taken = self.bucket().take(now);
            match taken {
                Ok(()) => return Ok(()),
                Err(wait) if now.saturating_add(wait) > deadline => return Err(wait),
                Err(wait) => self.timer.sleep(wait).await,
            }
        }
    }

    /// A `Retry-After` with HTTP 429 or 503 makes everybody wait as long, at most 60 s.
    pub fn heed(&self, response: &Response<Bytes>) {
        if !matches!(
            response.status(),
            StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE
        ) {
            return;
        }
        if let Some(asked) = retry_after(response.headers(), self.timer.now()) {
            let until = self
                .timer
                .monotonic()
                .saturating_add(asked.min(LONGEST_PAUSE));
            self.bucket().close_until(until);
        }
    }

    fn bucket(&self) -> MutexGuard<'_, Bucket> {
        self.bucket.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Budget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Budget").finish_non_exhaustive()
    }
}

#[cfg(all(test, feature = "fake"))]
mod tests {
    use std::sync::Arc;

    use futures_util::FutureExt;

    use super::*;
    use crate::fake::FakeTimer;

    #[test]
    fn whoever_cannot_wait_so_long_is_told_how_long_it_takes_and_takes_nothing() {
        let epoch = countermand_core_model::Timestamp::from_millis(0).unwrap();
        let timer = FakeTimer::starting_at(epoch);
        let limit = "3600/h, burst 1".parse().ok();
        let budget = Budget::new(Arc::new(timer.clone()), limit);
        // The clock jumps where it is waited on: nothing here ever waits.
        let pass = || {
            budget
                .pass_within(Duration::from_millis(500))
                .now_or_never()
                .unwrap()
        };
        assert_eq!(pass(), Ok(()));
        assert_eq!(pass(), Err(Duration::from_secs(1)));
        assert_eq!(pass(), Err(Duration::from_secs(1)));
        timer.advance(Duration::from_secs(1));
        assert_eq!(pass(), Ok(()));
    }
}
