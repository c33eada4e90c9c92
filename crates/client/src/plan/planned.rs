//! A target of a plan, with what was seen of it.

use std::sync::Arc;

use countermand_core_model::{
    CancelOutcome, CancelReport, Command, CommandId, CommandState, CommandTarget, DeviceRef,
    SeverityRules, Timestamp,
};
use countermand_transport::ApiError;

use crate::{
    cancel::{Target, before_cancel, refusal, refused_before},
    each_device::NOT_ASKED,
};

/// What was seen of a target before any cancel. It is kept small, because a plan may hold a million.
#[derive(Debug)]
pub(crate) enum ObservedState {
    /// The provider told its state.
    Command(ObservedCommand),
    /// Its state has changed since the plan was made, so nothing is sent.
    Drifted {
        command: ObservedCommand,
        kept: Option<CommandState>,
    },
    /// A list showed it. It is read before its cancel, unless the list is recent.
    Listed {
        command: ObservedCommand,
        read_at: Option<Timestamp>,
    },
    /// It could not be read, or the provider refused.
    Error(Arc<ApiError>),
    /// It was not asked about: the connection is refused, or the devices before it got no answer.
    NotAsked,
}

/// What a plan keeps of a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ObservedCommand {
    pub(crate) state: CommandState,
    pub(crate) kind: Box<str>,
    pub(crate) name: Option<Box<str>>,
    pub(crate) created_at: Option<Timestamp>,
    pub(crate) expires_at: Option<Timestamp>,
}

impl ObservedState {
    pub(crate) fn of(command: &Command) -> Self {
        Self::Command(ObservedCommand {
            state: command.state,
            kind: Box::from(&*command.kind),
            name: command.name.as_deref().map(Box::from),
            created_at: command.created_at,
            expires_at: command.expires_at,
        })
    }
}

/// A target of a plan, with what was seen of it.
#[derive(Debug)]
pub struct Planned {
    pub(crate) target: CommandTarget,
    pub(crate) seen: ObservedState,
}

impl Planned {
    /// Returns the target of a command that was just read; `None` if its device is another provider's.
    pub(crate) fn of(command: &Command) -> Option<Self> {
        Some(Self {
            target: CommandTarget::new(command.device.clone(), command.id.clone()).ok()?,
            seen: ObservedState::of(command),
        })
    }

    /// Returns the device.
    pub fn device(&self) -> &DeviceRef {
        self.target.device()
    }

    /// Returns the command's id.
    pub fn id(&self) -> &CommandId {
        self.target.id()
    }

    /// Returns its kind in the provider's word; may be empty.
    pub fn kind(&self) -> &str {
        self.seen().map_or("", |seen| &seen.kind)
    }

    /// Returns its name, if known.
    pub fn name(&self) -> Option<&str> {
        self.seen()?.name.as_deref()
    }

    /// Returns when it was created, if known.
    pub fn created_at(&self) -> Option<Timestamp> {
        self.seen()?.created_at
    }

    /// Returns when it expires, if known.
    pub fn expires_at(&self) -> Option<Timestamp> {
        self.seen()?.expires_at
    }

    /// Returns the state seen, if it could be read.
    pub fn before(&self) -> Option<CommandState> {
        self.seen().map(|seen| seen.state)
    }

    /// Returns the state that a list showed, and when, if nothing was read since.
    pub(crate) fn listed(&self) -> Option<(CommandState, Option<Timestamp>)> {
        match &self.seen {
            ObservedState::Listed { command, read_at } => Some((command.state, *read_at)),
            _ => None,
        }
    }

    fn seen(&self) -> Option<&ObservedCommand> {
        match &self.seen {
            ObservedState::Command(seen)
            | ObservedState::Drifted { command: seen, .. }
            | ObservedState::Listed { command: seen, .. } => Some(seen),
            ObservedState::Error(_) | ObservedState::NotAsked => None,
        }
    }

    /// Returns whether nothing is sent because its state has changed since the plan was made.
    pub(crate) fn has_drifted(&self) -> bool {
        matches!(self.seen, ObservedState::Drifted { .. })
    }

    /// Returns whether it could be read.
    pub(crate) fn was_read(&self) -> bool {
        self.seen().is_some()
    }

    /// Returns whether it could not be read for a reason that is not its own, so that a resumed run may send it.
    pub(crate) fn may_be_deferred(&self) -> bool {
        match &self.seen {
            ObservedState::Error(error) => refusal(error).is_none(),
            ObservedState::NotAsked => true,
            _ => false,
        }
    }

    /// Returns its row before anything was sent.
    pub fn unsent_report(&self) -> CancelReport {
        let mut report = CancelReport::new(self.device().clone(), self.id().clone());
        report.kind = Some(self.kind().to_owned()).filter(|kind| !kind.is_empty());
        report.before = self.before();
        report
    }

    /// Returns its row now: `planned` if a cancel would be sent, or why not.
    pub(crate) fn report(&self) -> CancelReport {
        let mut report = self.unsent_report();
        match &self.seen {
            ObservedState::Command(command) | ObservedState::Listed { command, .. } => {
                report.outcome = before_cancel(command.state).unwrap_or(CancelOutcome::Planned);
            }
            ObservedState::Drifted { command, kept } => {
                report.outcome = before_cancel(command.state).unwrap_or(CancelOutcome::NotSent);
                let kept = kept.map_or("not to be read", CommandState::as_str);
                report.message = Some(format!("it was {kept} when the plan was made"));
            }
            ObservedState::Error(error) => refused_before(&mut report, error),
            ObservedState::NotAsked => report.message = Some(NOT_ASKED.to_owned()),
        }
        report
    }

    /// Returns the target of this number for a run with these rules.
    pub(crate) fn target(&self, number: usize, rules: &SeverityRules) -> Target {
        let mut report = self.report();
        let listed = self.listed().filter(|_| self.would_be_sent());
        if listed.is_some() {
            // Only a reading of this run tells the state before the cancel.
            report.before = None;
        }
        let mut target = Target::planned(number, self.created_at(), report, self.would_be_sent());
        target.severity = rules.of_command(self.kind(), self.name());
        target.listed = listed;
        target.is_deferred = self.may_be_deferred();
        target
    }

    /// Returns whether a cancel would be sent for it.
    pub fn would_be_sent(&self) -> bool {
        matches!(
            &self.seen,
            ObservedState::Command(command) | ObservedState::Listed { command, .. }
                if before_cancel(command.state).is_none()
        )
    }
}
