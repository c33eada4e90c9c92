//! Keeps to a rate, and waits when the server asks for it.

use bytes::Bytes;
use http::{Request, Response};

use super::{Budget, RateLimit};
use crate::{SharedTimer, Transport, TransportError};

/// Lets requests through at a rate, in the order of their arrival.
///
/// A `Retry-After` in an answer with HTTP 429 or 503 makes every request of this layer wait as long, at
/// most 60 s, limit or not. A call that is dropped while it waits takes nothing from the others.
pub struct Rate<T> {
    inner: T,
    budget: Budget,
}

impl<T> Rate<T> {
    /// Keeps `inner` to `limit`; without one only `Retry-After` is obeyed.
    pub fn new(inner: T, timer: SharedTimer, limit: Option<RateLimit>) -> Self {
        Self {
            inner,
            budget: Budget::new(timer, limit),
        }
    }
}

impl<T: Transport> Transport for Rate<T> {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        self.budget.pass().await;
        let response = self.inner.send(request).await?;
        self.budget.heed(&response);
        Ok(response)
    }
}
