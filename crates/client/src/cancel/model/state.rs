//! One state of the model: what is true, what the process knows, and what somebody sees who watches.

use std::{
    hash::{DefaultHasher, Hash, Hasher},
    time::Duration,
};

use countermand_core_model::CommandState;

use super::{
    process::Process,
    provider_model::{Transition, Truth},
    search::{Luck, Setting},
};
use crate::{
    cancel::{Order, ReadFailure, ResponseKind},
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

/// A hash by which states are told apart.
pub(super) fn key(what: impl Hash) -> u128 {
    let half = |salt: u64| {
        let mut hasher = DefaultHasher::new();
        (salt, &what).hash(&mut hasher);
        u128::from(hasher.finish())
    };
    half(1) << 64 | half(2)
}

impl Luck {
    /// Returns whether a reading may end so.
    pub(super) fn brings(self, reading: Reading) -> bool {
        match reading {
            Reading::True => true,
            Reading::Failed => self > Self::Good,
            Reading::Unclear => self == Self::Any,
        }
    }
}

impl State {
    pub(super) fn key(&self) -> u128 {
        let process = self.process.as_ref().map(|process| {
            let queues = process.queues.iter();
            let queues: Vec<_> = queues.map(|queue| queue.as_seen_from(self.now)).collect();
            // What the journal holds matters only where somebody may yet go on from it.
            let kept = (self.crashes > 0).then_some(&process.kept);
            let cancels = (&process.rows, &process.flying, &process.commands);
            let whole = (process.call_flies, process.stopped, &process.swept);
            (queues, kept, cancels, whole)
        });
        key((&self.truths, &self.seen, self.crashes, process))
    }

    /// EnOS sends the oldest that waits, and the next only after that one has ended.
    pub(super) fn is_next(&self, setting: Setting, number: usize, what: Transition) -> bool {
        what != Transition::GoesOut
            || setting.order == Order::AtOnce
            || setting.swept
            || self.truths[number + 1..]
                .iter()
                .all(|older| older.state.has_ended())
    }

    /// Reads these targets of a queue.
    pub(super) fn reads(&mut self, queue: usize, numbers: &[usize], reading: Reading) {
        let Some(process) = &mut self.process else {
            return;
        };
        let truths = &self.truths;
        let commands = &process.commands;
        let news = process.queues[queue].read(
            |target| match reading {
                Reading::True => Ok(truths[commands[target.number]].state),
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
                let command = process.commands[*number];
                let seen = &mut self.seen[command];
                seen.shown_waiting |= truths[command].state == CommandState::Pending;
                seen.shown_cancelled |= truths[command].state == CommandState::Cancelled;
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
