//! How a run begins: what is to be done, and how.

use std::{fmt, sync::Arc};

use super::{
    context::Context,
    events::Events,
    handle::{RunHandle, Work},
    layout::Layout,
    resumed::Rest,
    rows::Rows,
    state::RunState,
    stop::StopState,
};
use crate::{
    Client, Observer, Plan, RunOptions, StopHandle,
    journal::{Journal, Unfinished},
    shared::Shared,
};

/// A run that is not started yet. Made by [`Client::run`] and [`Client::resume`].
#[must_use = "a run begins with `start`"]
pub struct RunBuilder {
    shared: Arc<Shared>,
    target: Target,
    options: RunOptions,
    journal: Option<Journal>,
    stop: StopHandle,
    observer: Option<Observer>,
}

enum Target {
    Plan(Plan),
    Unfinished(Unfinished),
}

impl Client {
    /// A run that cancels what `plan` holds, reads each target again until it settles or
    /// [`verify_for`](RunOptions::verify_for) has passed, and gives each exactly one outcome.
    pub fn run(&self, plan: Plan) -> RunBuilder {
        RunBuilder::new(self, Target::Plan(plan))
    }

    /// A run that goes on with one that was broken off or stopped: it reads again what may have been sent, sends the
    /// rest, and appends to the same journal. Its rows are those of the whole run. Check first that the journal is of
    /// this connection ([`Self::check_header`]).
    pub fn resume(&self, unfinished: Unfinished, journal: &Journal) -> RunBuilder {
        RunBuilder::new(self, Target::Unfinished(unfinished)).journal(journal)
    }
}

impl RunBuilder {
    fn new(client: &Client, target: Target) -> Self {
        Self {
            shared: Arc::clone(&client.shared),
            target,
            options: RunOptions::default(),
            journal: None,
            stop: StopHandle::new(),
            observer: None,
        }
    }

    /// Writes every step into `journal`: what is meant and what is about to be sent before any of it leaves. Should
    /// the process end in the middle, [`Client::resume`] goes on.
    pub fn journal(mut self, journal: &Journal) -> Self {
        self.journal = Some(journal.clone());
        self
    }

    /// Goes about it as `options` say.
    pub fn options(mut self, options: RunOptions) -> Self {
        self.options = options;
        self
    }

    /// Stops when `stop` does, as well as by [`RunHandle::stop`].
    pub fn stop_handle(mut self, stop: &StopHandle) -> Self {
        self.stop = stop.clone();
        self
    }

    /// Calls `observer` with each event, before the run goes on. [`RunHandle::events`] is for those who may be late.
    pub fn observe(mut self, observer: impl Into<Option<Observer>>) -> Self {
        self.observer = observer.into();
        self
    }

    /// The run. It goes on while [`RunHandle::finish`] is polled.
    pub fn start(self) -> RunHandle {
        let Self {
            shared,
            target,
            options,
            journal,
            stop,
            observer,
        } = self;
        let state = |rows| {
            Arc::new(RunState {
                rows,
                events: Events::new(observer),
                stop: StopState::new(stop),
            })
        };
        let context = |state| Box::new(Context::new(&shared, &options, journal, state));
        match target {
            // Nothing is left to do, and nothing may follow a seal.
            Target::Unfinished(unfinished) if unfinished.is_finished() => {
                RunHandle::new(state(Rows::replayed(&unfinished.targets)), Work::Over)
            }
            Target::Unfinished(unfinished) => {
                let (rows, rest) = Rest::of(unfinished);
                let state = state(rows);
                RunHandle::new(Arc::clone(&state), Work::Rest(context(state), rest))
            }
            Target::Plan(plan) => {
                let (targets, layout) = Layout::of(plan);
                let state = state(Rows::planned(targets));
                RunHandle::new(
                    Arc::clone(&state),
                    Work::Plan(context(state), shared.org.provider(), layout),
                )
            }
        }
    }
}

impl fmt::Debug for RunBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RunBuilder")
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}
