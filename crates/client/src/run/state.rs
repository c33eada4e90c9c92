//! What a run shares with those who watch it.

use super::{events::Events, rows::Rows, snapshot::RunSnapshot, stop::StopState};

/// The rows of a run, its events, and whether it is stopped.
pub(super) struct RunState {
    pub(super) rows: Rows,
    pub(super) events: Events,
    pub(super) stop: StopState,
}

impl RunState {
    /// Returns the run at this moment.
    pub(super) fn snapshot(&self) -> RunSnapshot {
        RunSnapshot {
            rows: self.rows.snapshot(),
            progress: self.rows.progress(),
            stopped: self.stop.reason(),
        }
    }
}
