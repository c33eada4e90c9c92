//! The rows of a run and its status, as views show them: of the run at hand, or of a past one.

use countermand_console::{run::Run, run_status::RunStatus};
use leptos::prelude::*;

use super::store_signal::StoreSignal;

/// The rows of a run. Every event changes them; the views are told when the status is published. Copies are
/// the same rows.
#[derive(Clone, Copy)]
pub struct RunRows {
    /// The status. It changes when rows do.
    pub status: StoreSignal<Option<RunStatus>>,
    run: StoredValue<Option<Run>>,
}

impl RunRows {
    pub(super) fn new() -> Self {
        Self {
            status: StoreSignal::new(None),
            run: StoredValue::new(None),
        }
    }

    /// Looks at the rows; `None` where there is no run. Tracked.
    pub fn with<T>(self, look: impl FnOnce(&Run) -> T) -> Option<T> {
        self.status.track();
        self.peek(look)
    }

    /// Looks at the rows; `None` where there is no run. Not tracked.
    pub(super) fn peek<T>(self, look: impl FnOnce(&Run) -> T) -> Option<T> {
        self.run.with_value(|run| run.as_ref().map(look))
    }

    /// Puts other rows in place of these. The views are not told.
    pub(super) fn replace(self, run: Option<Run>) {
        self.run.set_value(run);
    }

    /// Changes the rows. The views are not told.
    pub(super) fn change(self, change: impl FnOnce(&mut Run)) {
        // Gone where the connection was closed meanwhile.
        let _ = self.run.try_update_value(|run| {
            if let Some(run) = run {
                change(run);
            }
        });
    }

    /// Tells the views the status of the rows, and returns it.
    pub(super) fn publish(self) -> Option<RunStatus> {
        // Gone where the connection was closed meanwhile.
        let status = self
            .run
            .try_with_value(|run| run.as_ref().map(|run| run.status().clone()))?;
        if status != self.status.get_untracked() {
            self.status.set(status.clone());
        }
        status
    }

    /// Shows this status without rows.
    pub(super) fn set_status(self, status: Option<RunStatus>) {
        self.status.set(status);
    }
}
