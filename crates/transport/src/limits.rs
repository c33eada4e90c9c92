//! The limits of a call, in the request's extensions, so that one connection serves callers with different limits.

use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};

use crate::{StopHandle, Transport, TransportError};

/// The largest accepted body unless set otherwise. The largest answer of a provider is some hundred commands: the
/// limit ends endless answers.
#[cfg(any(
    all(feature = "fetch", target_arch = "wasm32"),
    all(feature = "reqwest", not(target_arch = "wasm32"))
))]
pub(crate) const MAX_BODY_BYTES: usize = 64 * 1024 * 1024;

/// How long the layers may wait for a call, beside the time that its attempts take.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct CallLimits {
    /// Ends the waits of the call once it is stopped: those between two attempts, those that the server asked
    /// for, and, of a cancel, the wait for its turn. An attempt under way is never cut off.
    pub stop: Option<StopHandle>,
    /// The longest wait for a server's `Retry-After`, and the budget of the retries; without one, what the
    /// connection was set up with.
    pub patience: Option<Duration>,
    /// Which of the calls that wait for their turn go first.
    pub urgency: Urgency,
}

/// Which of the calls that wait for their turn by the rate go first. Calls of the same urgency go in the order of their
/// arrival.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Urgency {
    /// Before all others.
    First,
    /// As calls usually do.
    #[default]
    Usual,
    /// Only while no other call waits.
    Last,
}

impl CallLimits {
    /// Limits that end with `stop`.
    pub fn until(stop: StopHandle) -> Self {
        Self {
            stop: Some(stop),
            ..Self::default()
        }
    }

    /// With this urgency.
    #[must_use]
    pub fn with_urgency(mut self, urgency: Urgency) -> Self {
        self.urgency = urgency;
        self
    }

    /// With this patience.
    #[must_use]
    pub fn with_patience(mut self, patience: Duration) -> Self {
        self.patience = Some(patience);
        self
    }

    /// Those of a request; none where it carries none.
    pub(crate) fn of<B>(request: &Request<B>) -> Self {
        request.extensions().get().cloned().unwrap_or_default()
    }

    pub(crate) fn is_stopped(&self) -> bool {
        self.stop.as_ref().is_some_and(StopHandle::is_stopped)
    }

    /// Waits for `duration`, or until it is stopped.
    pub(crate) async fn sleep(&self, timer: &crate::SharedTimer, duration: Duration) {
        match &self.stop {
            Some(stop) => stop.sleep(timer, duration).await,
            None => timer.sleep(duration).await,
        }
    }
}

/// Puts the same limits on every call. The outermost layer.
pub struct Limited<T> {
    inner: T,
    limits: CallLimits,
}

impl<T> Limited<T> {
    /// Puts `limits` on the calls of `inner`.
    pub fn new(inner: T, limits: CallLimits) -> Self {
        Self { inner, limits }
    }
}

impl<T: Transport> Transport for Limited<T> {
    async fn send(&self, mut request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        request.extensions_mut().insert(self.limits.clone());
        self.inner.send(request).await
    }
}
