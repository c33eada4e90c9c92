//! Whether and why a run is stopped.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use crate::{StopHandle, StopReason};

/// How long a run that stopped because of its cancels still lists devices, to report what it did not send.
const LISTED_AFTER_STOP: Duration = Duration::from_secs(10);

/// Whether the run is stopped, and why.
#[derive(Debug, Default)]
pub(super) struct StopState {
    /// Stops the run on request.
    pub(super) handle: StopHandle,
    stopped: Mutex<Stopped>,
}

#[derive(Debug, Default)]
struct Stopped {
    reason: Option<StopReason>,
    /// Until when devices are listed though the run is stopped.
    lists_until: Option<Duration>,
}

impl StopState {
    pub(super) fn new(handle: StopHandle) -> Self {
        Self {
            handle,
            ..Self::default()
        }
    }

    /// Returns why the run is stopped, if it is.
    pub(super) fn reason(&self) -> Option<StopReason> {
        self.stopped().reason.clone()
    }

    /// Stops the run at `now`. Returns false if it was stopped before.
    pub(super) fn set(&self, reason: &StopReason, now: Duration) -> bool {
        let mut stopped = self.stopped();
        if stopped.reason.is_some() {
            return false;
        }
        stopped.reason = Some(reason.clone());
        stopped.lists_until = match reason {
            // Lists go on, to report what is pending as not sent.
            StopReason::TooManyDenials | StopReason::TooManyFailures => {
                Some(now.saturating_add(LISTED_AFTER_STOP))
            }
            _ => None,
        };
        true
    }

    /// Returns whether devices may be listed at `now`.
    pub(super) fn allows_lists(&self, now: Duration) -> bool {
        let stopped = self.stopped();
        let is_in_time = stopped.lists_until.is_some_and(|until| now < until);
        stopped.reason.is_none() || !self.handle.is_stopped() && is_in_time
    }

    fn stopped(&self) -> MutexGuard<'_, Stopped> {
        self.stopped.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
