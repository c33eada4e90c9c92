//! What a run would do: exact targets, each with the state seen.

use std::sync::Arc;

use countermand_core_model::{
    CancelOutcome, CancelReport, Command, CommandId, CommandState, CommandTarget, DeviceRef,
    EverythingWaiting, Timestamp,
};
use countermand_transport::ApiError;

use crate::decision;

/// What was seen of a target before any cancel.
#[derive(Debug)]
pub(crate) enum Seen {
    /// The vendor told its state.
    Command(Box<Command>),
    /// It could not be read, or the vendor refused.
    Error(Arc<ApiError>),
}

/// One target of a plan, with what was seen of it.
#[derive(Debug)]
pub struct Planned {
    pub(crate) target: CommandTarget,
    pub(crate) seen: Seen,
}

impl Planned {
    /// The device.
    pub fn device(&self) -> &DeviceRef {
        self.target.device()
    }

    /// The command's id.
    pub fn id(&self) -> &CommandId {
        self.target.id()
    }

    /// The command as it was seen, where it could be read.
    pub fn command(&self) -> Option<&Command> {
        match &self.seen {
            Seen::Command(command) => Some(command),
            Seen::Error(_) => None,
        }
    }

    /// The state seen, where it could be read.
    pub fn before(&self) -> Option<CommandState> {
        self.command().map(|command| command.state)
    }

    /// The row of this target as things stand: `planned` where a cancel would be sent, or why none would be.
    pub(crate) fn report(&self) -> CancelReport {
        let mut report = CancelReport::new(self.device().clone(), self.id().clone());
        report.before = self.before();
        match &self.seen {
            Seen::Command(command) => {
                report.outcome =
                    decision::before_cancel(command.state).unwrap_or(CancelOutcome::Planned);
            }
            Seen::Error(error) => decision::refused_before(&mut report, error),
        }
        report
    }

    pub(crate) fn would_be_sent(&self) -> bool {
        matches!(&self.seen, Seen::Command(command) if decision::before_cancel(command.state).is_none())
    }
}

/// A device whose waiting commands are all meant.
#[derive(Debug)]
pub(crate) struct Everything {
    pub(crate) target: EverythingWaiting,
    /// What waited when the plan was made, newest first.
    pub(crate) waiting: Vec<Planned>,
    /// Commands given after this moment were not seen by the plan.
    pub(crate) newest_seen: Option<Timestamp>,
}

/// Exact targets with the state seen of each. Made by [`crate::Client::plan_commands`] and
/// [`crate::Client::plan_everything`], run by [`crate::Client::run`].
#[derive(Debug, Default)]
pub struct Plan {
    pub(crate) commands: Vec<Planned>,
    pub(crate) everything: Vec<Everything>,
    pub(crate) problems: Vec<(DeviceRef, ApiError)>,
    pub(crate) incomplete: Vec<DeviceRef>,
    pub(crate) unclear: Vec<(DeviceRef, usize)>,
}

impl Plan {
    /// Every target, in the order of the devices as they were asked for.
    pub fn targets(&self) -> impl Iterator<Item = &Planned> {
        self.commands
            .iter()
            .chain(self.everything.iter().flat_map(|device| &device.waiting))
    }

    /// How many cancels a run would send (on EnOS one may serve a whole device).
    pub fn to_send(&self) -> usize {
        self.targets()
            .filter(|target| target.would_be_sent())
            .count()
    }

    /// Devices of which could not be listed what waits: nothing of theirs is in the plan.
    pub fn problems(&self) -> &[(DeviceRef, ApiError)] {
        &self.problems
    }

    /// Devices whose list may not be whole: more may wait than the plan holds.
    pub fn incomplete(&self) -> &[DeviceRef] {
        &self.incomplete
    }

    /// Devices with commands whose state is unknown, and how many: they are left out of everything that
    /// waits, and can be named by their ids. Only a vendor that lists every state shows them.
    pub fn unclear(&self) -> &[(DeviceRef, usize)] {
        &self.unclear
    }

    /// The rows of a dry run: `planned` where a cancel would be sent, or why none would be.
    pub fn dry_run(&self) -> Vec<CancelReport> {
        self.targets().map(Planned::report).collect()
    }
}
