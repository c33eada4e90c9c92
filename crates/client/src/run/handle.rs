//! A started run: driven by one caller, watched and stopped by others.

use std::{collections::BTreeSet, fmt, sync::Arc};

use countermand_core_model::{CommandId, DeviceRef, Provider, SeverityRules};

use super::{
    context::Context,
    engine,
    events::{Events, RunEvents},
    layout::Layout,
    resumed::Rest,
    rows::Rows,
    snapshot::{RowView, RunResult, RunRow, RunSnapshot},
    state::RunState,
    stop::StopState,
};
use crate::{Progress, SweepStatus, UnfinishedRun};

/// A run. It goes on only while [`finish`](Self::finish) is polled; what was under way otherwise is resumed from the
/// journal.
#[must_use = "a run goes on only while `finish` is polled"]
pub struct RunHandle {
    watch: RunWatch,
    work: Work,
}

pub(super) enum Work {
    /// A plan.
    Plan(Box<Context>, Provider, Layout),
    /// What another process left undone.
    Rest(Box<Context>, Rest),
    /// Nothing: the journal is sealed.
    Over,
}

/// Watches and stops a run. Clones share it.
#[derive(Clone)]
pub struct RunWatch(Arc<RunState>);

impl RunHandle {
    pub(super) fn new(state: Arc<RunState>, work: Work) -> Self {
        Self {
            watch: RunWatch(state),
            work,
        }
    }

    /// Returns a handle that watches and stops the run while it is driven.
    pub fn watch(&self) -> RunWatch {
        self.watch.clone()
    }

    /// Returns the events from now on.
    pub fn events(&self) -> RunEvents {
        self.watch.events()
    }

    /// Returns every target and how far it is.
    pub fn snapshot(&self) -> RunSnapshot {
        self.watch.snapshot()
    }

    /// Sends no further cancel. What was sent is still read.
    pub fn stop(&self) {
        self.watch.stop();
    }

    /// Drives the run to its end, and returns what became of every target. Needs no runtime. The rows are in the
    /// result, and no longer in [`RunWatch`].
    pub async fn finish(self) -> RunResult {
        let RunWatch(state) = self.watch();
        let result = self.drive().await;
        RunResult {
            reports: state.rows.take_reports(),
            ..result
        }
    }

    /// Drives the run to its end like [`finish`](Self::finish), and leaves the rows in [`RunWatch`]; the result has
    /// no reports.
    pub async fn drive(self) -> RunResult {
        let Self { watch, work } = self;
        let result = match work {
            Work::Plan(context, provider, layout) => engine::run(*context, provider, layout).await,
            Work::Rest(context, rest) => engine::resume(*context, rest).await,
            Work::Over => RunResult::default(),
        };
        watch.0.events.end();
        result
    }
}

impl RunWatch {
    /// Returns the events from now on.
    pub fn events(&self) -> RunEvents {
        self.0.events.subscribe()
    }

    /// The rows of a run as its journal tells them, as grave as these rules say. Nothing drives it.
    pub fn of_journal(run: &UnfinishedRun, severity_rules: SeverityRules) -> Self {
        let rows = Rows::replayed(&run.targets, severity_rules);
        Self::new(RunState::new(rows, Events::default(), StopState::default()))
    }

    pub(super) fn new(state: RunState) -> Self {
        Self(Arc::new(state))
    }

    pub(super) fn rows(&self) -> &Rows {
        &self.0.rows
    }

    /// The number of a target, counted from zero in the order in which the run came to know of it. `None` where the
    /// run has no such target.
    pub fn number(&self, device: &DeviceRef, id: &CommandId) -> Option<usize> {
        self.0.rows.number(device, id)
    }

    /// Shows `look` the row of a number, or returns `None` where there is none. `look` may not ask the run for anything.
    pub fn look_at<T>(&self, number: usize, look: impl FnOnce(RowView<'_>) -> T) -> Option<T> {
        self.0.rows.look_at(number, look)
    }

    /// A copy of the row of a target.
    pub fn row(&self, device: &DeviceRef, id: &CommandId) -> Option<RunRow> {
        self.look_at(self.number(device, id)?, |row| row.into())
    }

    /// Returns the devices of the targets.
    pub fn devices(&self) -> BTreeSet<DeviceRef> {
        let mut devices = BTreeSet::new();
        self.0.rows.each_device(|device| {
            if !devices.contains(device) {
                devices.insert(device.clone());
            }
        });
        devices
    }

    /// Returns every target and how far it is. It copies each row, so it is for an interrupted run rather than for
    /// every event.
    pub fn snapshot(&self) -> RunSnapshot {
        self.0.snapshot()
    }

    /// Returns how far the run is, in numbers.
    pub fn progress(&self) -> Progress {
        self.0.rows.progress()
    }

    /// Returns how far its sweep is, if it is one and has begun.
    pub fn sweep(&self) -> Option<SweepStatus> {
        self.0.sweep()
    }

    /// Sends no further cancel. What was sent is still read.
    pub fn stop(&self) {
        self.0.stop.handle.stop();
    }

    /// Returns whether it was asked to stop.
    pub fn is_stopped(&self) -> bool {
        self.0.stop.handle.is_stopped()
    }
}

impl fmt::Debug for RunHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.watch.fmt(f)
    }
}

impl fmt::Debug for RunWatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Run")
            .field("progress", &self.progress())
            .finish_non_exhaustive()
    }
}
