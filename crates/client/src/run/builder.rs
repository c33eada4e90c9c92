//! The builder of a run.

use std::{fmt, sync::Arc};

use countermand_core_model::SeverityRules;

use super::{
    context::{Context, RunLimits},
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
    journal::{Journal, UnfinishedRun},
    shared::Shared,
};

/// A run that is not started. Made by [`Client::run`] and [`Client::resume`].
#[must_use = "a run begins with `start`"]
pub struct RunBuilder {
    shared: Arc<Shared>,
    target: Target,
    options: RunOptions,
    journal: Option<Journal>,
    stop: StopHandle,
    observer: Option<Observer>,
    severity_rules: SeverityRules,
}

enum Target {
    Plan(Plan),
    Unfinished(UnfinishedRun),
}

impl Client {
    /// Returns a run that cancels the targets of `plan`, reads each again until it settles or
    /// [`verify_for`](RunOptions::verify_for) has passed, and gives each exactly one outcome.
    pub fn run(&self, plan: Plan) -> RunBuilder {
        RunBuilder::new(self, Target::Plan(plan))
    }

    /// Returns a run that continues an interrupted or stopped one: it reads what may have been sent, sends the rest,
    /// and appends to the same journal. Its rows are those of the whole run. Check the journal with
    /// [`Self::check_header`] first.
    pub fn resume(&self, unfinished: UnfinishedRun, journal: &Journal) -> RunBuilder {
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
            severity_rules: SeverityRules::default(),
        }
    }

    /// Writes every step into `journal` before it is taken, so that [`Client::resume`] can continue if the process
    /// ends.
    pub fn journal(mut self, journal: &Journal) -> Self {
        self.journal = Some(journal.clone());
        self
    }

    /// Sets the options.
    pub fn options(mut self, options: RunOptions) -> Self {
        self.options = options;
        self
    }

    /// Sends the cancels in the order that these rules give, the gravest commands first.
    pub fn severity_rules(mut self, rules: SeverityRules) -> Self {
        self.severity_rules = rules;
        self
    }

    /// Stops when `stop` does, as well as by [`RunHandle::stop`].
    pub fn stop_handle(mut self, stop: &StopHandle) -> Self {
        self.stop = stop.clone();
        self
    }

    /// Calls `observer` with each event before the run goes on. Use [`RunHandle::events`] where events may be read
    /// late.
    pub fn observe(mut self, observer: impl Into<Option<Observer>>) -> Self {
        self.observer = observer.into();
        self
    }

    /// Returns the run, which is driven by [`RunHandle::finish`].
    pub fn start(self) -> RunHandle {
        let Self {
            shared,
            target,
            options,
            journal,
            stop,
            observer,
            severity_rules: rules,
        } = self;
        let state = |rows| {
            let (events, stop) = (Events::new(observer), StopState::new(stop));
            Arc::new(RunState::new(rows, events, stop))
        };
        let sweep = match &target {
            Target::Plan(plan) => plan.sweep(),
            Target::Unfinished(unfinished) => unfinished.sweep(),
        };
        let limits = RunLimits {
            is_sweep: sweep.is_some(),
            most_targets: sweep.and_then(|sweep| sweep.at_most),
        };
        let context = |state| Box::new(Context::new(&shared, &options, limits, journal, state));
        match target {
            // Nothing is left to do, and nothing may follow a seal.
            Target::Unfinished(unfinished) if unfinished.is_finished() => {
                let rows = Rows::replayed(&unfinished.targets, rules);
                RunHandle::new(state(rows), Work::Over)
            }
            Target::Unfinished(unfinished) => {
                let (rows, rest) = Rest::of(unfinished, rules);
                let state = state(rows);
                RunHandle::new(Arc::clone(&state), Work::Rest(context(state), rest))
            }
            Target::Plan(plan) => {
                let (targets, layout) = Layout::of(plan);
                let state = state(Rows::planned(targets, rules));
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
