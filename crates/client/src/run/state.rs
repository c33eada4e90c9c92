//! What a run shares with those who watch it.

use std::sync::{Mutex, PoisonError};

use super::{events::Events, rows::Rows, snapshot::RunSnapshot, stop::StopState};
use crate::SweepStatus;

/// The rows of a run, its events, and whether it is stopped.
pub(super) struct RunState {
    pub(super) rows: Rows,
    pub(super) events: Events,
    pub(super) stop: StopState,
    sweep: Mutex<Option<SweepStatus>>,
}

impl RunState {
    pub(super) fn new(rows: Rows, events: Events, stop: StopState) -> Self {
        Self {
            rows,
            events,
            stop,
            sweep: Mutex::default(),
        }
    }

    /// Returns how far its sweep is, if it is one.
    pub(super) fn sweep(&self) -> Option<SweepStatus> {
        *self.sweep.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sets how far its sweep is.
    pub(super) fn set_sweep(&self, status: SweepStatus) {
        *self.sweep.lock().unwrap_or_else(PoisonError::into_inner) = Some(status);
    }

    /// Returns the run at this moment.
    pub(super) fn snapshot(&self) -> RunSnapshot {
        RunSnapshot {
            rows: self.rows.snapshot(),
            progress: self.rows.progress(),
            stopped: self.stop.reason(),
        }
    }
}
