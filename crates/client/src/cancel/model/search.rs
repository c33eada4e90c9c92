//! The search: from each state to every state that can follow, until no new one comes.

use std::{
    collections::{BTreeSet, HashSet},
    time::Duration,
};

use countermand_core_model::{CancelOutcome, CommandState};

use super::{
    process,
    provider_model::Truth,
    state::{State, Watched},
};
use crate::{StopReason, cancel::Order};

/// What is searched.
#[derive(Clone, Copy, Debug)]
pub(super) struct Setting {
    pub(super) order: Order,
    pub(super) commands: usize,
    /// One call cancels everything.
    pub(super) call: bool,
    pub(super) crashes: u32,
    pub(super) stops: bool,
    pub(super) watch: bool,
    /// Only the commonest bad luck: for where there is more than one command of it.
    pub(super) gentle: bool,
}

impl Default for Setting {
    fn default() -> Self {
        Self {
            order: Order::NewestFirst,
            commands: 1,
            call: false,
            crashes: 0,
            stops: false,
            watch: false,
            gentle: false,
        }
    }
}

/// What was true of each command in the end, and what was said.
pub(super) type Ending = Vec<(CommandState, CancelOutcome)>;

/// CancelAll that was found.
pub(super) struct Search {
    pub(super) setting: Setting,
    known: HashSet<u128>,
    pub(super) ends: BTreeSet<Ending>,
    /// What happened on the way here.
    pub(super) path: Vec<String>,
}

impl Search {
    pub(super) fn everything(setting: Setting) -> Self {
        let mut this = Self {
            setting,
            known: HashSet::new(),
            ends: BTreeSet::new(),
            path: Vec::new(),
        };
        this.visit(State {
            truths: vec![Truth::waiting(); setting.commands],
            seen: vec![Watched::default(); setting.commands],
            process: None,
            now: Duration::ZERO,
            crashes: setting.crashes,
        });
        this
    }

    pub(super) fn states(&self) -> usize {
        self.known.len()
    }

    pub(super) fn ends(&self) -> &BTreeSet<Ending> {
        &self.ends
    }

    fn visit(&mut self, mut state: State) {
        self.settle(&mut state);
        if !self.known.insert(state.key()) {
            return;
        }
        for (what, next) in self.following(&state) {
            self.path.push(what);
            self.visit(next);
            self.path.pop();
        }
    }

    /// Takes out what is settled, and holds each row to what is true.
    fn settle(&self, state: &mut State) {
        let Some(process) = &mut state.process else {
            return;
        };
        let stopped = process.stopped.then_some(StopReason::Requested);
        for (number, report) in
            process::settles(&mut process.queue, &mut process.kept, stopped.as_ref())
        {
            self.is_true(&report, &state.truths[number], &state.seen[number]);
            assert!(
                process.rows.iter().all(|(other, _)| *other != number),
                "two rows: {:#?}",
                self.path
            );
            process.rows.push((number, report));
        }
    }
}
