//! For tests: a transport with prepared answers, and a clock that moves when it is waited on.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use bytes::Bytes;
use countermand_core_model::Timestamp;
use http::{Request, Response, StatusCode};

use crate::{BoxFuture, Timer, Transport, TransportError, TransportErrorKind};

/// The reaction to the next request.
#[derive(Debug)]
enum Next {
    Answer(Response<Bytes>),
    Fail(TransportErrorKind),
    Hang,
}

/// Gives the prepared answers in their order, and keeps the requests. Clones share both.
///
/// A request for which nothing was prepared is answered with a status that no provider uses (599).
#[derive(Clone, Debug, Default)]
pub struct FakeTransport {
    next: Arc<Mutex<VecDeque<Next>>>,
    requests: Arc<Mutex<Vec<Request<Bytes>>>>,
}

impl FakeTransport {
    /// A transport without prepared answers.
    pub fn new() -> Self {
        Self::default()
    }

    /// Prepares an answer with `status` and the JSON `body`.
    #[must_use]
    pub fn answer(self, status: u16, body: impl Into<Bytes>) -> Self {
        self.answer_with(status, &[("content-type", "application/json")], body)
    }

    /// Prepares an answer with `status`, `headers` and `body`.
    #[must_use]
    pub fn answer_with(
        self,
        status: u16,
        headers: &[(&'static str, &str)],
        body: impl Into<Bytes>,
    ) -> Self {
        let mut response = Response::new(body.into());
        *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::IM_A_TEAPOT);
        for (name, value) in headers {
            if let Ok(value) = http::HeaderValue::from_str(value) {
                response.headers_mut().insert(*name, value);
            }
        }
        self.then(Next::Answer(response))
    }

    /// Prepares a failure.
    #[must_use]
    pub fn fail(self, kind: TransportErrorKind) -> Self {
        self.then(Next::Fail(kind))
    }

    /// Prepares a request that is never answered.
    #[must_use]
    pub fn hang(self) -> Self {
        self.then(Next::Hang)
    }

    fn then(self, next: Next) -> Self {
        lock(&self.next).push_back(next);
        self
    }

    /// The requests so far.
    pub fn requests(&self) -> Vec<Request<Bytes>> {
        lock(&self.requests).clone()
    }

    /// How many of the prepared answers are left.
    pub fn left(&self) -> usize {
        lock(&self.next).len()
    }
}

impl Transport for FakeTransport {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        lock(&self.requests).push(request);
        let next = lock(&self.next).pop_front();
        match next {
            Some(Next::Answer(response)) => Ok(response),
            Some(Next::Fail(kind)) => Err(TransportError::new(kind)),
            Some(Next::Hang) => std::future::pending().await,
            None => {
                let mut response =
                    Response::new(Bytes::from_static(b"nothing was prepared for this request"));
                *response.status_mut() =
                    StatusCode::from_u16(599).unwrap_or(StatusCode::IM_A_TEAPOT);
                Ok(response)
            }
        }
    }
}

/// A clock that only moves when it is waited on, at once. Clones share it.
#[derive(Clone, Debug)]
pub struct FakeTimer {
    since_start: Arc<Mutex<Duration>>,
    slept: Arc<Mutex<Vec<Duration>>>,
    start: Timestamp,
}

impl FakeTimer {
    /// Starts at `start` of the wall clock.
    pub fn starting_at(start: Timestamp) -> Self {
        Self {
            since_start: Arc::default(),
            slept: Arc::default(),
            start,
        }
    }

    /// Moves the clock on.
    pub fn advance(&self, by: Duration) {
        *lock(&self.since_start) += by;
    }

    /// Every wait so far, in order.
    pub fn slept(&self) -> Vec<Duration> {
        lock(&self.slept).clone()
    }
}

impl Timer for FakeTimer {
    fn now(&self) -> Timestamp {
        let millis = i64::try_from(lock(&self.since_start).as_millis()).unwrap_or(i64::MAX);
        self.start.plus_millis(millis).unwrap_or(self.start)
    }

    fn monotonic(&self) -> Duration {
        *lock(&self.since_start)
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        let this = self.clone();
        Box::pin(async move {
            lock(&this.slept).push(duration);
            this.advance(duration);
        })
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
