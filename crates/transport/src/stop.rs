//! The handle that stops a run.

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use event_listener::Event;
use futures_util::future::{Either, select};

use crate::SharedTimer;

/// Stops a run, and every wait for it. Clones stop the same run.
#[derive(Clone, Default)]
pub struct StopHandle(Arc<Inner>);

#[derive(Default)]
struct Inner {
    is_stopped: AtomicBool,
    stopped: Event,
}

impl StopHandle {
    /// A handle that has not stopped anything yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// No further cancel is sent. What was sent is still read again.
    pub fn stop(&self) {
        self.0.is_stopped.store(true, Ordering::SeqCst);
        self.0.stopped.notify(usize::MAX);
    }

    /// Returns whether it was stopped.
    pub fn is_stopped(&self) -> bool {
        self.0.is_stopped.load(Ordering::SeqCst)
    }

    /// Waits until it is stopped.
    pub async fn stopped(&self) {
        while !self.is_stopped() {
            let listener = self.0.stopped.listen();
            // It may have been stopped before there was a listener.
            if self.is_stopped() {
                return;
            }
            listener.await;
        }
    }

    /// Waits for `duration`, or until it is stopped.
    pub async fn sleep(&self, timer: &SharedTimer, duration: Duration) {
        let stopped = std::pin::pin!(self.stopped());
        match select(stopped, timer.sleep(duration)).await {
            Either::Left(_) | Either::Right(_) => {}
        }
    }
}

impl fmt::Debug for StopHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut tuple = f.debug_tuple("StopHandle");
        tuple.field(&self.is_stopped()).finish()
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;

    #[test]
    fn whoever_waits_is_woken_and_whoever_comes_late_does_not_wait() {
        let stop = StopHandle::new();
        let mut waiting = Box::pin(stop.stopped());
        assert_eq!(waiting.as_mut().now_or_never(), None);
        stop.clone().stop();
        assert_eq!(waiting.as_mut().now_or_never(), Some(()));
        assert_eq!(stop.stopped().now_or_never(), Some(()));
    }
}
