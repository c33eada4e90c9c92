//! A target of a plan, with what was seen of it.

use std::sync::Arc;

use countermand_core_model::{
    CancelOutcome, CancelReport, Command, CommandId, CommandState, CommandTarget, DeviceRef,
    KindSeverity, Timestamp,
};
use countermand_transport::ApiError;

use crate::{
    cancel::{Target, before_cancel, refusal, refused_before},
    each_device::NOT_ASKED,
};

/// What was seen of a target before any cancel. Not the whole command: a plan may hold a million.
#[derive(Debug)]
pub(crate) enum ObservedState {
    /// The vendor told its state.
    Command(ObservedCommand),
    /// Its state is not the one that the plan was made with: nothing is sent for it.
    Drifted {
        command: ObservedCommand,
        kept: Option<CommandState>,
    },
    /// A list showed it some time ago: it is read again before its cancel, unless that was just now.
    Listed {
        command: ObservedCommand,
        read_at: Option<Timestamp>,
    },
    /// It could not be read, or the vendor refused.
    Error(Arc<ApiError>),
    /// It was not asked about: the connection is refused, or nobody answered for the devices before it.
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

/// One target of a plan, with what was seen of it.
#[derive(Debug)]
pub struct Planned {
    pub(crate) target: CommandTarget,
    pub(crate) seen: ObservedState,
}

impl Planned {
    #[cfg(test)]
    pub(crate) fn seen_as(command: &Command, seen: ObservedState) -> Self {
        let target = CommandTarget::new(command.device.clone(), command.id.clone()).unwrap();
        Self { target, seen }
    }

    /// A target that was read now; none where the command is of another provider than its device.
    pub(crate) fn of(command: &Command) -> Option<Self> {
        Some(Self {
            target: CommandTarget::new(command.device.clone(), command.id.clone()).ok()?,
            seen: ObservedState::of(command),
        })
    }

    /// The device.
    pub fn device(&self) -> &DeviceRef {
        self.target.device()
    }

    /// The command's id.
    pub fn id(&self) -> &CommandId {
        self.target.id()
    }

    /// What it does, in the vendor's word; empty where the vendor has none or it could not be read.
    pub fn kind(&self) -> &str {
        self.seen().map_or("", |seen| &seen.kind)
    }

    /// Its name, where it has one and could be read.
    pub fn name(&self) -> Option<&str> {
        self.seen()?.name.as_deref()
    }

    /// When it was given, where that is known.
    pub fn created_at(&self) -> Option<Timestamp> {
        self.seen()?.created_at
    }

    /// Until when it may wait, where that is known.
    pub fn expires_at(&self) -> Option<Timestamp> {
        self.seen()?.expires_at
    }

    /// The state seen, where it could be read.
    pub fn before(&self) -> Option<CommandState> {
        self.seen().map(|seen| seen.state)
    }

    /// The state that a list showed, and when, where nothing was read since.
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

    /// Did it show itself?
    pub(crate) fn was_read(&self) -> bool {
        self.seen().is_some()
    }

    /// Could it not be read for a reason that has nothing to do with it? Then whoever goes on later may send it.
    pub(crate) fn is_left_for_later(&self) -> bool {
        match &self.seen {
            ObservedState::Error(error) => refusal(error).is_none(),
            ObservedState::NotAsked => true,
            _ => false,
        }
    }

    /// The row of this target as things stand: `planned` where a cancel would be sent, or why none would be.
    pub(crate) fn report(&self) -> CancelReport {
        let mut report = CancelReport::new(self.device().clone(), self.id().clone());
        report.kind = Some(self.kind().to_owned()).filter(|kind| !kind.is_empty());
        report.before = self.before();
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

    /// The target of this number for a run.
    pub(crate) fn target(&self, number: usize) -> Target {
        let mut report = self.report();
        let listed = self.listed().filter(|_| self.would_be_sent());
        if listed.is_some() {
            // What was seen before its cancel, only a reading tells.
            report.before = None;
        }
        let mut target = Target::planned(number, self.created_at(), report, self.would_be_sent());
        target.severity = KindSeverity::of(self.kind());
        target.listed = listed;
        target.left_for_later = self.is_left_for_later();
        target
    }

    /// Would a cancel be sent for it?
    pub fn would_be_sent(&self) -> bool {
        matches!(
            &self.seen,
            ObservedState::Command(command) | ObservedState::Listed { command, .. }
                if before_cancel(command.state).is_none()
        )
    }
}
