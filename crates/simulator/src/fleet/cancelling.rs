//! What cancels and their faults do to a device.

use crate::faults::FaultKind;
use crate::fleet::command::{AcceptedCancel, CancelEffect, CancelRequest, TrueState};
use crate::fleet::device::Device;

impl Device {
    /// Whether a cancel of this command is taken now: it waits. At EnOS an instant one that waits behind others
    /// can be revoked, too.
    pub(crate) fn can_cancel(&self, place: usize) -> bool {
        self.commands
            .get(place)
            .is_some_and(|command| command.state == TrueState::Pending)
    }

    /// Notes a cancel and, where the command still waits, accepts it; says whether it did. A second
    /// cancel before the first one shows is accepted as well, and changes nothing.
    pub(crate) fn cancel(
        &mut self,
        place: usize,
        now_ms: i64,
        delay_ms: i64,
        all: bool,
        fault: Option<&FaultKind>,
    ) -> bool {
        let accepted = self.can_cancel(place);
        let Some(command) = self.commands.get_mut(place) else {
            return false;
        };
        command.cancels.push(CancelRequest {
            at_ms: now_ms,
            all,
            accepted,
            seen_pending: std::mem::take(&mut command.seen_pending),
        });
        if accepted && command.cancel.is_none() {
            let effect = match fault {
                Some(FaultKind::ExecutedAllTheSame) => CancelEffect::Executed,
                Some(FaultKind::ExpiresAllTheSame) => CancelEffect::Expired,
                Some(FaultKind::StaysPending) => CancelEffect::Nothing,
                _ => CancelEffect::Cancelled,
            };
            command.cancel = Some(AcceptedCancel {
                due_ms: now_ms + delay_ms,
                effect,
            });
        }
        accepted
    }

    /// A waiting command goes to the device, out of its turn.
    pub(crate) fn send_now(&mut self, place: usize) {
        let now_ms = self.cursor_ms;
        if let Some(command) = self.commands.get_mut(place)
            && command.state == TrueState::Pending
        {
            command.held = false;
            command.send(now_ms);
        }
    }

    /// Finds the command that a request names, after what the fault does to it before. Returns its place and
    /// that of the command that the answer shows.
    pub(crate) fn requested(
        &mut self,
        id: &str,
        fault: Option<&FaultKind>,
    ) -> Option<(usize, usize)> {
        let place = self.place_of(id)?;
        if fault == Some(&FaultKind::GoesOutFirst) {
            self.send_now(place);
        }
        let shown = match fault {
            Some(FaultKind::AnotherCommand) => self.another(place),
            _ => place,
        };
        Some((place, shown))
    }

    /// The place of some other command than this one, if the device has another.
    fn another(&self, place: usize) -> usize {
        if place == 0 {
            self.commands.len().saturating_sub(1)
        } else {
            place - 1
        }
    }
}
