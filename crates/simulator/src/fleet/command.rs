//! One command and its true state.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::faults::FaultKind;

/// The true state of a command, whatever the provider's answers say at the moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TrueState {
    /// It is pending: the only state in which it can be cancelled.
    Pending,
    /// It went to the device, which has not answered yet.
    Sent,
    /// The device did it.
    Succeeded,
    /// The device could not do it.
    Failed,
    /// It was cancelled, and will not run.
    Cancelled,
    /// Its time ran out before it was sent.
    Expired,
    /// It was sent and never answered (EnOS only).
    TimedOut,
}

impl TrueState {
    pub(crate) fn is_over(self) -> bool {
        !matches!(self, Self::Pending | Self::Sent)
    }
}

/// The effect of an accepted cancel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CancelEffect {
    Cancelled,
    /// It goes to the device all the same: the providers promise no more than an attempt.
    Executed,
    Expired,
    /// The provider forgets about the cancel.
    Nothing,
}

/// A cancel that was accepted and does not show yet.
#[derive(Clone, Copy, Debug)]
pub(crate) struct AcceptedCancel {
    pub(crate) due_ms: i64,
    pub(crate) effect: CancelEffect,
}

/// How the device will answer once it has the command.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Ending {
    Succeeds,
    Fails,
    Silent,
}

/// A cancel that reached the provider and was processed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CancelRequest {
    /// When, in milliseconds since 1970.
    pub at_ms: i64,
    /// Whether it was part of "everything that waits on the device".
    pub all: bool,
    /// Whether the command still waited, so that the provider took the cancel.
    pub accepted: bool,
    /// Whether a reading that was processed since the cancel before this one, and whose answer was not
    /// spoilt on its way, showed the command waiting.
    pub seen_pending: bool,
}

#[derive(Clone, Debug)]
pub(crate) struct Command {
    pub(crate) id: Arc<str>,
    /// Counts up within its device.
    pub(crate) number: u32,
    /// `LOCK`, ... at Applivery; the identifier of the point or service at EnOS.
    pub(crate) kind: Arc<str>,
    pub(crate) created_ms: i64,
    /// How long it may wait for the device; 0 at EnOS means not at all: it is sent when its turn comes, or fails.
    pub(crate) ttl_ms: i64,
    /// How long the device may take to answer (EnOS).
    pub(crate) timeout_ms: i64,
    pub(crate) state: TrueState,
    pub(crate) sent_ms: Option<i64>,
    pub(crate) ended_ms: Option<i64>,
    /// How long the device needs, and what it then says.
    pub(crate) takes_ms: i64,
    pub(crate) ending: Ending,
    /// Does not move by itself; only a cancel or the control address moves it.
    pub(crate) held: bool,
    pub(crate) cancel: Option<AcceptedCancel>,
    pub(crate) cancels: Vec<CancelRequest>,
    /// A reading has shown it waiting since its last cancel.
    pub(crate) seen_pending: bool,
    /// What its set-point, password or code is made from.
    pub(crate) payload: u64,
    /// Came after the start, or was changed by the control address.
    pub(crate) touched: bool,
}

impl Command {
    pub(crate) fn expires_ms(&self) -> i64 {
        self.created_ms.saturating_add(self.ttl_ms)
    }

    pub(crate) fn updated_ms(&self) -> i64 {
        self.ended_ms.or(self.sent_ms).unwrap_or(self.created_ms)
    }

    /// Returns whether it is pending and no accepted cancel has taken it out of the queue.
    pub(crate) fn waits_in_line(&self) -> bool {
        self.state == TrueState::Pending && self.cancel.is_none()
    }

    /// Notes that a reading shows it as it is now, in an answer that this fault, if any, lets arrive.
    pub(crate) fn shown(&mut self, fault: Option<&FaultKind>) {
        if self.state == TrueState::Pending && fault.is_none_or(FaultKind::lets_the_answer_arrive) {
            self.seen_pending = true;
        }
    }

    pub(crate) fn send(&mut self, at_ms: i64) {
        self.state = TrueState::Sent;
        self.sent_ms = Some(at_ms);
        self.cancel = None;
    }

    pub(crate) fn end(&mut self, state: TrueState, at_ms: i64) {
        self.state = state;
        self.ended_ms = Some(at_ms);
        self.cancel = None;
    }

    /// When the device's answer, or the end of waiting for it, comes after sending.
    pub(crate) fn answer(&self) -> Option<(i64, TrueState)> {
        let sent_ms = self.sent_ms?;
        let late = self.timeout_ms > 0 && self.takes_ms > self.timeout_ms;
        Some(match self.ending {
            Ending::Silent => (
                sent_ms + self.timeout_ms.max(self.takes_ms),
                TrueState::TimedOut,
            ),
            _ if late => (sent_ms + self.timeout_ms, TrueState::TimedOut),
            Ending::Succeeds => (sent_ms + self.takes_ms, TrueState::Succeeded),
            Ending::Fails => (sent_ms + self.takes_ms, TrueState::Failed),
        })
    }
}
