//! The run at hand, or the last one: its rows and its status.

use countermand_client::{RunRow, StopHandle};
use countermand_console::{
    results::{ResultFilter, Shown},
    run::Run,
    run_status::RunStatus,
};
use countermand_core_model::{CommandTarget, OutcomeGroup};
use leptos::prelude::*;

use super::{
    announcer::Announcer,
    run_files::{Format, offer},
    store_signal::StoreSignal,
};
use crate::platform::clock;

/// How many milliseconds after an event the views are told, of all events until then at once.
const PUBLISHED_EVERY: f64 = 100.0;

/// The run. Copies are the same run.
#[derive(Clone, Copy)]
pub struct RunStore {
    announcer: Announcer,
    /// The rows, for a view that shows them.
    pub rows: RunRows,
    /// The status. It changes at most some times a second; a single command is read with [`Self::row`].
    pub status: StoreSignal<Option<RunStatus>>,
    is_publishing: StoredValue<bool>,
    stop: StoredValue<StopHandle>,
}

impl RunStore {
    pub(super) fn new(announcer: Announcer) -> Self {
        let rows = RunRows::new();
        Self {
            announcer,
            rows,
            status: rows.status,
            is_publishing: StoredValue::new(false),
            stop: StoredValue::new(StopHandle::new()),
        }
    }

    /// Returns whether this page drives a run, which ends with the page. Tracked.
    pub fn is_active(self) -> bool {
        self.status.look(RunStatus::goes_on_here)
    }

    /// Returns whether this page drives a run. Not tracked.
    pub fn is_active_now(self) -> bool {
        self.status.look_untracked(RunStatus::goes_on_here)
    }

    /// Returns the row of a command, or `None` where the command is no target of the run. Not tracked.
    pub fn row(self, target: &CommandTarget) -> Option<RunRow> {
        self.rows.peek(|run| run.row(target))
    }

    /// Stops sending. What was sent is still read again.
    pub fn stop(self) {
        self.stop.with_value(StopHandle::stop);
    }

    /// Returns whether the run was asked to stop.
    pub fn is_stopping(self) -> bool {
        self.stop.with_value(StopHandle::is_stopped)
    }

    pub(super) fn begin(self, run: Run, stop: &StopHandle) {
        self.stop.set_value(stop.clone());
        self.announcer.clear_alert();
        self.rows.replace(Some(run));
        self.publish();
    }

    /// Lets go of the run.
    pub(super) fn clear(self) {
        self.rows.replace(None);
        self.publish();
    }

    /// Tells the views the status soon, with whatever else happens until then.
    pub(super) fn publish_soon(self) {
        if self.is_publishing.try_get_value() == Some(false) {
            self.is_publishing.set_value(true);
            clock::after(PUBLISHED_EVERY, move || {
                if self.is_publishing.try_set_value(false).is_none() {
                    self.publish();
                }
            });
        }
    }

    /// Tells the views the status, and reads out what is urgent.
    pub(super) fn publish(self) {
        let alarm = self
            .rows
            .publish()
            .and_then(|status| RunStatus::alarm(&status));
        let known = self.announcer.assertive;
        if let Some(alarm) = alarm.filter(|alarm| *alarm != known.get_untracked()) {
            self.announcer.alert(alarm);
        }
    }

    /// Reads out the status. Called every few seconds, so that not every row is read out.
    pub fn announce(self) {
        if self.status.look_untracked(RunStatus::goes_on) {
            let text = self.status_text();
            if text != self.announcer.polite.get_untracked() {
                self.announcer.say(text);
            }
        }
    }

    /// Returns the status in a sentence. Not tracked.
    pub(super) fn status_text(self) -> String {
        self.status.look_untracked(RunStatus::polite)
    }
}

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

    /// Looks at the rows; returns the default where there is no run. Tracked.
    pub fn look<T: Default>(self, look: impl FnOnce(&Run) -> T) -> T {
        self.status.track();
        self.peek(look)
    }

    /// Looks at the rows; returns the default where there is no run. Not tracked.
    pub(super) fn peek<T: Default>(self, look: impl FnOnce(&Run) -> T) -> T {
        self.run
            .with_value(|run| run.as_ref().map(look).unwrap_or_default())
    }

    /// Saves the rows as a file, as they are now.
    pub fn save(self, format: Format) {
        let mut rows = Vec::new();
        self.peek(|run| run.each_report(|report| rows.push(report.clone())));
        let run = clock::now().as_millis().to_string();
        leptos::task::spawn_local(async move {
            offer(&run, rows, format).await;
        });
    }

    /// Saves the rows that ran all the same as a file for a spreadsheet.
    pub fn save_lost(self) {
        let of_lost = ResultFilter {
            shown: Shown::Group(OutcomeGroup::Ran),
            kind: None,
        };
        let lost = self.peek(|run| run.rows(of_lost, 0, usize::MAX));
        let rows = lost.into_iter().map(|row| row.report).collect();
        let run = format!("{}-too-late", clock::now().as_millis());
        leptos::task::spawn_local(async move {
            offer(&run, rows, Format::Csv).await;
        });
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
