//! A run that was started: driven by one, watched and stopped by others.

use std::{fmt, sync::Arc};

use countermand_core_model::{CancelReport, Provider};

use super::{
    context::Context, engine, events::RunEvents, layout::Layout, result::RunResult, resumed::Rest,
    rows::RunSnapshot, state::RunState,
};
use crate::Progress;

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
    /// Nothing: the journal is sealed, and these are its rows.
    Over(Vec<CancelReport>),
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
    /// is polled. Its rows are in the result then, and no longer in a snapshot.
    pub async fn finish(self) -> RunResult {
        let Self { watch, work } = self;
        let result = match work {
            Work::Plan(context, provider, layout) => engine::run(*context, provider, layout).await,
            Work::Rest(context, rest) => engine::resume(*context, rest).await,
            Work::Over(reports) => RunResult {
                reports,
                ..RunResult::default()
            },
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
