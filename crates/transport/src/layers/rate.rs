//! Keeps to a rate, and waits when the server asks for it.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use bytes::Bytes;
use http::{Request, Response, StatusCode};

use super::{RateLimit, rate_bucket::Bucket, rate_turn::Turns};
use crate::{SharedTimer, Transport, TransportError, retry_after};

/// Longer than this no server's word stops a connection.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

/// Lets requests through at a rate, in the order of their arrival.
///
/// A `Retry-After` in an answer with HTTP 429 or 503 makes every request of this layer wait as long, at
/// most 60 s, limit or not. A call that is dropped while it waits takes nothing from the others.
pub struct Rate<T> {
    inner: T,
    timer: SharedTimer,
    bucket: Mutex<Bucket>,
    turns: Turns,
}

impl<T> Rate<T> {
    /// Keeps `inner` to `limit`; without one only `Retry-After` is obeyed.
    pub fn new(inner: T, timer: SharedTimer, limit: Option<RateLimit>) -> Self {
        Self {
            inner,
            timer,
            bucket: Mutex::new(Bucket::new(limit)),
            turns: Turns::default(),
        }
    }

    /// Only the first in the queue looks at the bucket, so that nobody overtakes.
    async fn pass(&self) {
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

    fn heed(&self, response: &Response<Bytes>) {
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

impl<T: Transport> Transport for Rate<T> {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        self.pass().await;
        let response = self.inner.send(request).await?;
        self.heed(&response);
        Ok(response)
    }
}
