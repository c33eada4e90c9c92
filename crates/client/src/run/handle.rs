//! A run that was started: driven by one, watched and stopped by others.

use std::{collections::BTreeSet, fmt, sync::Arc};

use countermand_core_model::{CommandId, DeviceRef, Provider};

use super::{
    context::Context,
    engine,
    events::{Events, RunEvents},
    layout::Layout,
    result::RunResult,
    resumed::Rest,
    rows::{RowView, Rows, RunRow, RunSnapshot},
    state::RunState,
    stop::StopState,
};
use crate::{Progress, Unfinished};

/// A run. Nothing happens before [`finish`](Self::finish) is polled, and nothing when it no longer is: what was
/// under way then is resumed from the journal.
#[must_use = "a run goes on only while `finish` is polled"]
pub struct RunHandle {
    watch: RunWatch,
    work: Work,
}

/// What a run has to do.
pub(super) enum Work {
    /// A plan.
    Plan(Box<Context>, Provider, Layout),
    /// What another process has left undone.
    Rest(Box<Context>, Rest),
    /// Nothing: the journal is sealed.
    Over,
}

/// Watches a run, and stops it. Clones watch the same one.
#[derive(Clone)]
pub struct RunWatch(Arc<RunState>);

impl RunHandle {
    pub(super) fn new(state: Arc<RunState>, work: Work) -> Self {
        Self {
            watch: RunWatch(state),
            work,
        }
    }

    /// A handle to watch and stop the run with, while it is driven.
    pub fn watch(&self) -> RunWatch {
        self.watch.clone()
    }

    /// What happens, from now on.
    pub fn events(&self) -> RunEvents {
        self.watch.events()
    }

    /// Every target and how far it is.
    pub fn snapshot(&self) -> RunSnapshot {
        self.watch.snapshot()
    }

    /// No further cancel is sent. What was sent is still read again.
    pub fn stop(&self) {
        self.watch.stop();
    }

    /// Drives the run to its end, and returns what became of every target. Needs no runtime: it goes on whenever it
    /// is polled. Its rows are in the result then, and no longer with those who watch.
    pub async fn finish(self) -> RunResult {
        let RunWatch(state) = self.watch();
        let result = self.drive().await;
        RunResult {
            reports: state.rows.take_reports(),
            ..result
        }
    }

    /// Drives the run to its end as [`finish`](Self::finish) does, and leaves the rows with those who watch: there are
    /// no reports in the result.
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
    /// What happens, from now on.
    pub fn events(&self) -> RunEvents {
        self.0.events.subscribe()
    }

    /// The rows of a run as its journal tells them. Nothing drives it.
    pub fn of_journal(run: &Unfinished) -> Self {
        Self(Arc::new(RunState {
            rows: Rows::replayed(&run.targets),
            events: Events::default(),
            stop: StopState::default(),
        }))
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

    /// The devices of the targets.
    pub fn devices(&self) -> BTreeSet<DeviceRef> {
        let mut devices = BTreeSet::new();
        self.0.rows.each_device(|device| {
            if !devices.contains(device) {
                devices.insert(device.clone());
            }
        });
        devices
    }

    /// Every target and how far it is. Copies each row: meant for a run that was broken off, and not for every event.
    pub fn snapshot(&self) -> RunSnapshot {
        self.0.snapshot()
    }

    /// How far the run is. Copies only numbers.
    pub fn progress(&self) -> Progress {
        self.0.rows.progress()
    }

    /// No further cancel is sent. What was sent is still read again.
    pub fn stop(&self) {
        self.0.stop.handle.stop();
    }

    /// Was it asked to stop?
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
