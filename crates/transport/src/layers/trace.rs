//! Logs one event per call.

use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response, StatusCode};

use crate::{Attempts, Route, SharedTimer, Transport, TransportError, TransportErrorKind};

/// Logs each call when it ends, as a `tracing` event of level debug.
///
/// By allowlist: `operation`, `method` and `path` (the template) from the request's [`Route`], `status` or
/// `error` (the kind), `attempts`, `duration_ms`. Never a URL, a query, a header, a body, or what a provider
/// wrote. A request without a route shows as `unrouted`; a call that was dropped shows as such.
pub struct Trace<T> {
    inner: T,
    timer: SharedTimer,
}

const UNROUTED: Route = Route {
    operation: "unrouted",
    method: "unrouted",
    template: "unrouted",
};

impl<T> Trace<T> {
    /// Logs the calls of `inner`.
    pub fn new(inner: T, timer: SharedTimer) -> Self {
        Self { inner, timer }
    }
}

impl<T: Transport> Transport for Trace<T> {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        let route = request.extensions().get::<Route>().copied();
        let mut call = Call {
            route: route.unwrap_or(UNROUTED),
            timer: &self.timer,
            begun: self.timer.monotonic(),
            end: End::Dropped,
        };
        let result = self.inner.send(request).await;
        call.end = match &result {
            Ok(response) => End::Answered(response.status(), Attempts::of(response)),
            Err(error) => End::Failed(error.kind(), error.attempts()),
        };
        result
    }
}

struct Call<'a> {
    route: Route,
    timer: &'a SharedTimer,
    begun: Duration,
    end: End,
}

#[derive(Clone, Copy)]
enum End {
    Answered(StatusCode, u32),
    Failed(TransportErrorKind, u32),
    Dropped,
}

/// On drop, so that a dropped call is logged, too.
impl Drop for Call<'_> {
    fn drop(&mut self) {
        let Route {
            operation,
            method,
            template,
        } = self.route;
        let took = self.timer.monotonic().saturating_sub(self.begun);
        let duration_ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
        match self.end {
            End::Answered(status, attempts) => {
                let status = status.as_u16();
                tracing::debug!(
                    operation,
                    method,
                    path = template,
                    status,
                    attempts,
                    duration_ms,
                    "answered"
                );
            }
            End::Failed(kind, attempts) => {
                tracing::debug!(operation, method, path = template, error = ?kind, attempts, duration_ms, "failed");
            }
            End::Dropped => {
                tracing::debug!(operation, method, path = template, duration_ms, "dropped");
            }
        }
    }
}
