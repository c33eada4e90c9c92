//! The model of a provider and a device with one command.

use countermand_core_model::{CancelOutcome, CommandState};

use super::search::Luck;
use crate::cancel::ResponseKind;

/// What is true of a command.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Truth {
    /// It was given.
    pub(super) is_there: bool,
    pub(super) state: CommandState,
    /// The provider accepted a cancel that does not show yet.
    cancelling: bool,
    /// A cancel is still on its way though nobody waits for its answer any more.
    floating: bool,
    /// A cancel was taken at some time.
    pub(super) was_taken: bool,
    /// A cancel left at some time, whatever became of it.
    pub(super) was_asked: bool,
}

/// What can happen to a command by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Transition {
    GoesOut,
    Succeeds,
    Expires,
    TheCancelShows,
    TheCancelIsForgotten,
    TheFloatingCancelArrives,
}

impl Truth {
    pub(super) fn waiting() -> Self {
        Self {
            is_there: true,
            state: CommandState::Pending,
            cancelling: false,
            floating: false,
            was_taken: false,
            was_asked: false,
        }
    }

    /// A command that somebody gives later.
    pub(super) fn to_be_given() -> Self {
        Self {
            is_there: false,
            ..Self::waiting()
        }
    }

    pub(super) fn is_pending(&self) -> bool {
        self.is_there && self.state == CommandState::Pending
    }

    /// What can happen now.
    pub(super) fn transitions(&self, luck: Luck) -> impl Iterator<Item = Transition> + use<> {
        let pending = self.is_pending();
        let sent = self.state == CommandState::Sent;
        let (cancelling, floating) = (self.cancelling, self.floating);
        [
            // A cancel that was taken promises nothing: the command may go out all the same.
            (
                pending && (luck > Luck::Good || !self.was_asked),
                Transition::GoesOut,
            ),
            (sent && luck > Luck::Good, Transition::Succeeds),
            (pending && luck > Luck::Good, Transition::Expires),
            (pending && cancelling, Transition::TheCancelShows),
            (
                cancelling && luck == Luck::Any,
                Transition::TheCancelIsForgotten,
            ),
            (floating, Transition::TheFloatingCancelArrives),
        ]
        .into_iter()
        .filter_map(|(can, what)| can.then_some(what))
    }

    pub(super) fn apply(&mut self, what: Transition) {
        match what {
            Transition::GoesOut => self.state = CommandState::Sent,
            Transition::Succeeds => self.state = CommandState::Succeeded,
            Transition::Expires => self.state = CommandState::Expired,
            Transition::TheCancelShows => {
                self.state = CommandState::Cancelled;
                self.cancelling = false;
            }
            Transition::TheCancelIsForgotten => self.cancelling = false,
            Transition::TheFloatingCancelArrives => {
                self.floating = false;
                self.arrives();
            }
        }
    }

    /// Takes a cancel. Returns whether it is accepted.
    fn arrives(&mut self) -> bool {
        let taken = self.state == CommandState::Pending;
        self.cancelling |= taken;
        self.was_taken |= taken;
        taken
    }

    /// Every way in which a cancel that leaves now can end, with what is true then.
    pub(super) fn cancelled_now(&self, luck: Luck) -> Vec<(ResponseKind, Self)> {
        let mut asked = self.clone();
        asked.was_asked = true;
        let mut arrived = asked.clone();
        let taken = arrived.arrives();
        let mut floating = asked.clone();
        floating.floating = true;
        let answer = if taken {
            ResponseKind::Taken
        } else {
            ResponseKind::Refused(CancelOutcome::Rejected)
        };
        let mut ends = vec![
            (answer, arrived.clone()),
            // The answer is lost after it was done, or before.
            (ResponseKind::Lost, arrived),
            (ResponseKind::Lost, asked.clone()),
        ];
        if luck == Luck::Good {
            ends.truncate(1);
        }
        if luck < Luck::Any {
            return ends;
        }
        ends.extend([
            // It is lost while the cancel is still on its way.
            (ResponseKind::Lost, floating),
            // Refused for another reason: too many requests, not allowed.
            (ResponseKind::Refused(CancelOutcome::Denied), asked),
            (ResponseKind::NotSent, self.clone()),
        ]);
        if taken {
            ends.push((ResponseKind::Refused(CancelOutcome::Rejected), {
                let mut refused = self.clone();
                refused.was_asked = true;
                refused
            }));
        }
        ends
    }

    /// What may be true of a cancel that was in flight when the process died.
    pub(super) fn crashed_now(&self, luck: Luck) -> Vec<Self> {
        let mut all: Vec<Self> = self
            .cancelled_now(luck.max(Luck::Common))
            .into_iter()
            .filter(|(end, _)| *end == ResponseKind::Lost)
            .map(|(_, truth)| truth)
            .collect();
        // Its intent was written down, and it had not left yet.
        all.push(self.clone());
        all
    }
}
