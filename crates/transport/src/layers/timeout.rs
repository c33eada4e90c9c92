//! A limit for one attempt.

use std::{pin::pin, time::Duration};

use bytes::Bytes;
use futures_util::future::{Either, select};
use http::{Request, Response};

use crate::{SharedTimer, Transport, TransportError, TransportErrorKind};

/// Ends an attempt that takes longer than its limit, from the first byte out to the last byte in.
///
/// Giving up drops the inner future, and so cancels the request.
pub struct Timeout<T> {
    inner: T,
    timer: SharedTimer,
    limit: Duration,
}

impl<T> Timeout<T> {
    /// Limits each attempt of `inner`.
    pub fn new(inner: T, timer: SharedTimer, limit: Duration) -> Self {
        Self {
            inner,
            timer,
            limit,
        }
    }
}

impl<T: Transport> Transport for Timeout<T> {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        let answer = pin!(self.inner.send(request));
        // `select` polls the answer first: one that is there when the time is up still counts.
        match select(answer, self.timer.sleep(self.limit)).await {
            Either::Left((result, _)) => result,
            Either::Right(((), _)) => Err(TransportError::new(TransportErrorKind::Timeout)),
        }
    }
}
