//! The layer that keeps to a rate.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use http::{Request, Response};

use super::{Budget, RateLimit};
use crate::{CallLimits, RequestClass, SharedTimer, Transport, TransportError};

/// The longest pause that is waited for here. A longer one is left to the caller.
const PATIENCE: Duration = Duration::from_secs(30);

/// Lets requests through at a rate, in the order of their arrival.
///
/// A `Retry-After` in an answer with HTTP 429 or 503 makes every request of the same class wait as long, limit
/// or not: a throttled cancel does not keep others from being read again. Where that is longer than 30 s, or
/// than the call's own [`CallLimits`], the request fails as [`Paused`](crate::TransportErrorKind::Paused) at
/// once. A call that is dropped while it waits takes nothing from the others.
pub struct Rate<T> {
    inner: T,
    budget: Arc<Budget>,
}

impl<T> Rate<T> {
    /// Keeps `inner` to `limit`; without one only `Retry-After` is obeyed.
    pub fn new(inner: T, timer: SharedTimer, limit: Option<RateLimit>) -> Self {
        Self::sharing(inner, Arc::new(Budget::new(timer, limit)))
    }

    /// Keeps `inner` to a budget that others draw on, too.
    pub fn sharing(inner: T, budget: Arc<Budget>) -> Self {
        Self { inner, budget }
    }
}

impl<T: Transport> Transport for Rate<T> {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        let class = RequestClass::of(&request);
        let mut limits = CallLimits::of(&request);
        limits.patience.get_or_insert(PATIENCE);
        self.budget.pass(class, &limits).await?;
        let response = self.inner.send(request).await?;
        self.budget.heed(class, &response).await;
        Ok(response)
    }
}
