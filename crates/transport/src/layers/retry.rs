//! The layer that retries.

use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};

use super::{RetryPolicy, backoff::Jitter, retry_policy::may_be_repeated};
use crate::{
    Attempts, CallLimits, RequestClass, SharedTimer, Transport, TransportError, retry_after,
};

/// Retries a request where that may help and does no harm.
///
/// | class | sent again after |
/// |---|---|
/// | [`Read`](RequestClass::Read) | HTTP 429, 500, 502, 503, 504; a success that is a page of HTML; every failure but an invalid request, a too large answer and a redirect |
/// | [`Cancel`](RequestClass::Cancel), and what is not marked | HTTP 429 and 503; failures after which it surely was not sent; an answer that shows it was [held back](crate::HeldBack): as a read |
///
/// Between two attempts it waits as its [`RetryPolicy`] says, or as long as a `Retry-After` asks where
/// that is more. A wait that does not fit into the budget is not begun, and one is ended where the call is
/// stopped ([`CallLimits`]): the answer is given back as it is.
/// A response carries the sum of all attempts as [`Attempts`], an error in
/// [`attempts`](TransportError::attempts).
pub struct Retry<T> {
    inner: T,
    timer: SharedTimer,
    policy: RetryPolicy,
    jitter: Jitter,
}

impl<T> Retry<T> {
    /// Tries `inner` as `policy` says.
    pub fn new(inner: T, timer: SharedTimer, policy: RetryPolicy) -> Self {
        Self {
            inner,
            timer,
            policy,
            jitter: Jitter::default(),
        }
    }

    /// How long to wait before another attempt; `None` where there is to be none.
    fn wait(
        &self,
        class: RequestClass,
        tried: u32,
        deadline: Duration,
        result: &Result<Response<Bytes>, TransportError>,
    ) -> Option<Duration> {
        if tried >= self.policy.max_attempts || !may_be_repeated(class, result) {
            return None;
        }
        let backoff = self.jitter.wait(&self.policy, tried, &self.timer);
        let asked = result
            .as_ref()
            .ok()
            .and_then(|response| retry_after(response.headers(), self.timer.now()));
        let wait = asked.map_or(backoff, |asked| asked.max(backoff));
        let left = deadline.saturating_sub(self.timer.monotonic());
        (wait <= left).then_some(wait)
    }
}

impl<T: Transport> Transport for Retry<T> {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        let class = RequestClass::of(&request);
        let limits = CallLimits::of(&request);
        let budget = limits.patience.unwrap_or(self.policy.budget);
        let mut deadline = None;
        let mut sent = 0_u32;
        let mut tried = 0_u32;
        loop {
            let result = self.inner.send(request.clone()).await;
            // The first attempt may have waited in the rate's queue for long: that does not count.
            let deadline =
                *deadline.get_or_insert_with(|| self.timer.monotonic().saturating_add(budget));
            tried = tried.saturating_add(1);
            sent = sent.saturating_add(match &result {
                Ok(response) => Attempts::of(response),
                Err(error) => error.attempts(),
            });
            match self.wait(class, tried, deadline, &result) {
                Some(wait) if !limits.is_stopped() => limits.sleep(&self.timer, wait).await,
                _ => return with_attempts(result, sent),
            }
            if limits.is_stopped() {
                return with_attempts(result, sent);
            }
        }
    }
}

fn with_attempts(
    result: Result<Response<Bytes>, TransportError>,
    attempts: u32,
) -> Result<Response<Bytes>, TransportError> {
    match result {
        Ok(mut response) => {
            response.extensions_mut().insert(Attempts(attempts));
            Ok(response)
        }
        Err(error) => Err(error.with_attempts(attempts)),
    }
}
