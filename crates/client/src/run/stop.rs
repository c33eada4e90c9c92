//! Why and since when nothing more is sent.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use crate::{StopHandle, StopReason};

/// After a run stopped for what became of its cancels, it still lists for so long what it did not send.
const LISTED_AFTER_STOP: Duration = Duration::from_secs(10);

/// Whether the run is stopped, and why.
#[derive(Debug, Default)]
pub(super) struct StopState {
    /// Stops the run from outside.
    pub(super) handle: StopHandle,
    stopped: Mutex<Stopped>,
}

#[derive(Debug, Default)]
struct Stopped {
    reason: Option<StopReason>,
    /// Until when devices are listed though the run is stopped; none where none is.
    lists_until: Option<Duration>,
}

impl StopState {
    pub(super) fn new(handle: StopHandle) -> Self {
        Self {
            handle,
            ..Self::default()
        }
    }

    /// Why nothing more is sent, once that is so.
    pub(super) fn reason(&self) -> Option<StopReason> {
        self.stopped().reason.clone()
    }

    /// Stops the run at `now`. False where it was stopped before.
    pub(super) fn set(&self, reason: &StopReason, now: Duration) -> bool {
        let mut stopped = self.stopped();
        if stopped.reason.is_some() {
            return false;
        }
        stopped.reason = Some(reason.clone());
        stopped.lists_until = match reason {
            // Reading goes on: what waits is told as not sent.
            StopReason::TooManyDenials | StopReason::TooManyFailures => {
                Some(now.saturating_add(LISTED_AFTER_STOP))
            }
            _ => None,
        };
        true
    }

    /// May devices be listed at `now`?
    pub(super) fn allows_lists(&self, now: Duration) -> bool {
        let stopped = self.stopped();
        let is_in_time = stopped.lists_until.is_some_and(|until| now < until);
        stopped.reason.is_none() || !self.handle.is_stopped() && is_in_time
    }

    fn stopped(&self) -> MutexGuard<'_, Stopped> {
        self.stopped.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
