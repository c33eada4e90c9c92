//! One state of the model: what is true, what the process knows, and what somebody sees who watches.

use std::{
    collections::BTreeSet,
    hash::{DefaultHasher, Hash, Hasher},
    time::Duration,
};

use countermand_core_model::{CancelReport, CommandState};

use super::{
    process::Kept,
    provider_model::{Transition, Truth},
};
use crate::{
    cancel::{DeviceQueue, ReadFailure, ResponseKind},
    journal::Entry,
};

#[derive(Clone)]
pub(super) struct State {
    pub(super) truths: Vec<Truth>,
    pub(super) seen: Vec<Watched>,
    /// None before the plan is made.
    pub(super) process: Option<Process>,
    pub(super) now: Duration,
    pub(super) crashes: u32,
}

#[derive(Clone)]
pub(super) struct Process {
    pub(super) queue: DeviceQueue,
    pub(super) kept: Kept,
    pub(super) rows: Vec<(usize, CancelReport)>,
    /// Cancels that left and have not come back; with `call` the one call.
    pub(super) flying: BTreeSet<usize>,
    pub(super) call_flies: bool,
    pub(super) stopped: bool,
}

/// What somebody who watches from outside knows of a target: not what the client believes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Watched {
    /// A cancel left, and may have been executed for all that its answer told.
    pub(super) may_be_cancelled: bool,
    /// A reading that began after the latest cancel came back showed it waiting.
    pub(super) shown_waiting: bool,
    /// A reading after a cancel said that it is cancelled.
    pub(super) shown_cancelled: bool,
    /// A cancel left, or was about to.
    pub(super) tried: bool,
}

/// How a reading ends.
#[derive(Clone, Copy)]
pub(super) enum Reading {
    True,
    Failed,
    Unclear,
}

impl State {
    pub(super) fn key(&self) -> u128 {
        let half = |salt: u64| {
            let mut hasher = DefaultHasher::new();
            salt.hash(&mut hasher);
            (&self.truths, &self.seen, self.crashes).hash(&mut hasher);
            if let Some(process) = &self.process {
                process.queue.as_seen_from(self.now).hash(&mut hasher);
                (&process.rows, &process.flying).hash(&mut hasher);
                (process.call_flies, process.stopped).hash(&mut hasher);
                // What the journal holds matters only where somebody may yet go on from it.
                if self.crashes > 0 {
                    process.kept.hash(&mut hasher);
                }
            }
            u128::from(hasher.finish())
        };
        half(1) << 64 | half(2)
    }

    /// EnOS sends the oldest that waits, and the next only after that one has ended.
    pub(super) fn is_next(&self, number: usize, what: Transition) -> bool {
        what != Transition::GoesOut
            || self.truths[number + 1..]
                .iter()
                .all(|older| older.state.has_ended())
    }

    pub(super) fn reads(&mut self, numbers: &[usize], reading: Reading) {
        let Some(process) = &mut self.process else {
            return;
        };
        let truths = &self.truths;
        let news = process.queue.read(
            |target| match reading {
                Reading::True => Ok(truths[target.number].state),
                Reading::Failed => Err(ReadFailure {
                    why: "no answer".to_owned(),
                    is_final: false,
                }),
                Reading::Unclear => Ok(CommandState::Unknown),
            },
            self.now,
            self.now,
        );
        for (target, state) in news {
            process.kept.note(Entry::Read { target, state });
        }
        if matches!(reading, Reading::True) {
            for number in numbers {
                let seen = &mut self.seen[*number];
                seen.shown_waiting |= truths[*number].state == CommandState::Pending;
                seen.shown_cancelled |= truths[*number].state == CommandState::Cancelled;
            }
        }
    }
}

impl Watched {
    pub(super) fn leaves(&mut self) {
        self.tried = true;
        self.shown_waiting = false;
        self.shown_cancelled = false;
    }

    pub(super) fn comes_back(&mut self, end: ResponseKind) {
        self.shown_waiting = false;
        self.may_be_cancelled |= matches!(end, ResponseKind::Taken | ResponseKind::Lost);
    }
}
