//! The search: from each state to every state that can follow, until no new one comes.

use std::{
    collections::{BTreeSet, HashSet},
    time::Duration,
};

use countermand_core_model::{CancelOutcome, CommandState};

use super::{
    provider_model::Truth,
    state::{State, Watched},
};
use crate::cancel::Order;

/// What is searched.
#[derive(Clone, Copy, Debug)]
pub(super) struct Setting {
    pub(super) order: Order,
    pub(super) commands: usize,
    /// One call cancels everything.
    pub(super) call: bool,
    /// Each command is on a device of its own, and a sweep finds them.
    pub(super) swept: bool,
    /// The newest command is given after the process died that looked for the others.
    pub(super) later: bool,
    /// How many commands a sweep cancels at most.
    pub(super) at_most: Option<usize>,
    pub(super) crashes: u32,
    pub(super) stops: bool,
    pub(super) watch: bool,
    pub(super) luck: Luck,
}

/// How much goes wrong. Where there is more than one command, not everything can be tried with each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Luck {
    /// Every cancel is answered and shows, unless its command went out before.
    Good,
    /// The commonest bad luck.
    Common,
    /// Whatever can go wrong.
    Any,
}

impl Default for Setting {
    fn default() -> Self {
        Self {
            order: Order::NewestFirst,
            commands: 1,
            call: false,
            swept: false,
            later: false,
            at_most: None,
            crashes: 0,
            stops: false,
            watch: false,
            luck: Luck::Any,
        }
    }
}

/// What was true of each command in the end, and what was said of it, if it was found.
pub(super) type Ending = Vec<(CommandState, Option<CancelOutcome>)>;

/// Everything that was found.
pub(super) struct Search {
    pub(super) setting: Setting,
    known: HashSet<u128>,
    /// What processes died of: the journal, and what was true.
    pub(super) crashed: HashSet<u128>,
    pub(super) ends: BTreeSet<Ending>,
    /// What happened on the way here.
    pub(super) path: Vec<String>,
}

impl Search {
    pub(super) fn everything(setting: Setting) -> Self {
        let mut this = Self {
            setting,
            known: HashSet::new(),
            crashed: HashSet::new(),
            ends: BTreeSet::new(),
            path: Vec::new(),
        };
        let mut truths = vec![Truth::waiting(); setting.commands];
        if setting.later {
            truths[0] = Truth::to_be_given();
        }
        this.visit(State {
            truths,
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
        self.looks_on(&mut state);
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
        for (number, report) in process.settles() {
            let command = process.commands[number];
            self.is_true(&report, &state.truths[command], &state.seen[command]);
            assert!(
                process.rows.iter().all(|(other, _)| *other != number),
                "two rows: {:#?}",
                self.path
            );
            process.rows.push((number, report));
        }
    }
}
