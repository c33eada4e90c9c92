//! The vendor and the device of one command, with all the bad luck there is.

use countermand_core_model::{CancelOutcome, CommandState};

use super::super::End;

/// What is true of a command.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Truth {
    pub(super) state: CommandState,
    /// The vendor took a cancel, which did not show yet.
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
pub(super) enum Move {
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
            state: CommandState::Pending,
            cancelling: false,
            floating: false,
            was_taken: false,
            was_asked: false,
        }
    }

    /// What can happen now.
    pub(super) fn moves(&self, gentle: bool) -> impl Iterator<Item = Move> + use<> {
        let pending = self.state == CommandState::Pending;
        let sent = self.state == CommandState::Sent;
        let (cancelling, floating) = (self.cancelling, self.floating);
        [
            // A cancel that was taken promises nothing: the command may go out all the same.
            (pending, Move::GoesOut),
            (sent, Move::Succeeds),
            (pending, Move::Expires),
            (pending && cancelling, Move::TheCancelShows),
            (cancelling && !gentle, Move::TheCancelIsForgotten),
            (floating, Move::TheFloatingCancelArrives),
        ]
        .into_iter()
        .filter_map(|(can, what)| can.then_some(what))
    }

    pub(super) fn go(&mut self, what: Move) {
        match what {
            Move::GoesOut => self.state = CommandState::Sent,
            Move::Succeeds => self.state = CommandState::Succeeded,
            Move::Expires => self.state = CommandState::Expired,
            Move::TheCancelShows => {
                self.state = CommandState::Cancelled;
                self.cancelling = false;
            }
            Move::TheCancelIsForgotten => self.cancelling = false,
            Move::TheFloatingCancelArrives => {
                self.floating = false;
                self.arrives();
            }
        }
    }

    /// A cancel arrives: is it taken?
    fn arrives(&mut self) -> bool {
        let taken = self.state == CommandState::Pending;
        self.cancelling |= taken;
        self.was_taken |= taken;
        taken
    }

    /// Every way in which a cancel that leaves now can end, with what is true then.
    pub(super) fn cancelled_now(&self, gentle: bool) -> Vec<(End, Self)> {
        let mut asked = self.clone();
        asked.was_asked = true;
        let mut arrived = asked.clone();
        let taken = arrived.arrives();
        let mut floating = asked.clone();
        floating.floating = true;
        let answer = if taken {
            End::Taken
        } else {
            End::Refused(CancelOutcome::Rejected)
        };
        let mut ends = vec![
            (answer, arrived.clone()),
            // The answer is lost after it was done, or before.
            (End::Lost, arrived),
            (End::Lost, asked.clone()),
        ];
        if gentle {
            return ends;
        }
        ends.extend([
            // It is lost while the cancel is still on its way.
            (End::Lost, floating),
            // Refused for another reason: too many requests, not allowed.
            (End::Refused(CancelOutcome::Denied), asked),
            (End::NotSent, self.clone()),
        ]);
        if taken {
            ends.push((End::Refused(CancelOutcome::Rejected), {
                let mut refused = self.clone();
                refused.was_asked = true;
                refused
            }));
        }
        ends
    }

    /// What may be true of a cancel that was in flight when the process died.
    pub(super) fn crashed_now(&self, gentle: bool) -> Vec<Self> {
        let mut all: Vec<Self> = self
            .cancelled_now(gentle)
            .into_iter()
            .filter(|(end, _)| *end == End::Lost)
            .map(|(_, truth)| truth)
            .collect();
        // Its intent was written down, and it had not left yet.
        all.push(self.clone());
        all
    }
}
