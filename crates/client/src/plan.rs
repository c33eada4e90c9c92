//! What a run would do: exact targets, each with the state seen.

mod drift;
mod file;
mod listed;
mod making;
mod matching;
mod one_target;
mod unlisted;

use std::sync::Arc;

use countermand_core_model::{
    CancelOutcome, CancelReport, Command, CommandId, CommandState, CommandTarget, DeviceRef,
    EverythingWaiting, Timestamp,
};
use countermand_transport::ApiError;

use crate::{LeftOut, ListFailure, decision, each_device::NOT_ASKED};

pub use drift::{Applied, Drift};
pub use file::{BrokenPlan, KeptPlan, KeptTarget};
pub use listed::ListedCommand;
pub(crate) use making::{Waiting, waiting};
pub(crate) use one_target::key;
pub use unlisted::ListedDevice;
pub(crate) use unlisted::UnlistedDevice;

/// What was seen of a target before any cancel. Not the whole command: a plan may hold a million.
#[derive(Debug)]
pub(crate) enum Seen {
    /// The vendor told its state.
    Command(SeenCommand),
    /// Its state is not the one that the plan was made with: nothing is sent for it.
    Drifted {
        command: SeenCommand,
        kept: Option<CommandState>,
    },
    /// A list showed it some time ago: it is read again before its cancel, unless that was just now.
    Listed {
        command: SeenCommand,
        read_at: Option<Timestamp>,
    },
    /// It could not be read, or the vendor refused.
    Error(Arc<ApiError>),
    /// It was not asked about: the connection is refused, or nobody answered for the devices before it.
    NotAsked,
}

/// What a plan keeps of a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SeenCommand {
    pub(crate) state: CommandState,
    pub(crate) kind: Box<str>,
    pub(crate) name: Option<Box<str>>,
    pub(crate) created_at: Option<Timestamp>,
    pub(crate) expires_at: Option<Timestamp>,
}

impl Seen {
    pub(crate) fn of(command: &Command) -> Self {
        Self::Command(SeenCommand {
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
    pub(crate) seen: Seen,
}

impl Planned {
    #[cfg(test)]
    pub(crate) fn seen_as(command: &Command, seen: Seen) -> Self {
        let target = CommandTarget::new(command.device.clone(), command.id.clone()).unwrap();
        Self { target, seen }
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
            Seen::Listed { command, read_at } => Some((command.state, *read_at)),
            _ => None,
        }
    }

    fn seen(&self) -> Option<&SeenCommand> {
        match &self.seen {
            Seen::Command(seen)
            | Seen::Drifted { command: seen, .. }
            | Seen::Listed { command: seen, .. } => Some(seen),
            Seen::Error(_) | Seen::NotAsked => None,
        }
    }

    /// Did it show itself?
    pub(crate) fn was_read(&self) -> bool {
        self.seen().is_some()
    }

    /// Could it not be read for a reason that has nothing to do with it? Then whoever goes on later may send it.
    pub(crate) fn is_left_for_later(&self) -> bool {
        match &self.seen {
            Seen::Error(error) => decision::refusal(error).is_none(),
            Seen::NotAsked => true,
            _ => false,
        }
    }

    /// The row of this target as things stand: `planned` where a cancel would be sent, or why none would be.
    pub(crate) fn report(&self) -> CancelReport {
        let mut report = CancelReport::new(self.device().clone(), self.id().clone());
        report.kind = Some(self.kind().to_owned()).filter(|kind| !kind.is_empty());
        report.before = self.before();
        match &self.seen {
            Seen::Command(command) | Seen::Listed { command, .. } => {
                report.outcome =
                    decision::before_cancel(command.state).unwrap_or(CancelOutcome::Planned);
            }
            Seen::Drifted { command, kept } => {
                report.outcome =
                    decision::before_cancel(command.state).unwrap_or(CancelOutcome::NotSent);
                let kept = kept.map_or("not to be read", CommandState::as_str);
                report.message = Some(format!("it was {kept} when the plan was made"));
            }
            Seen::Error(error) => decision::refused_before(&mut report, error),
            Seen::NotAsked => report.message = Some(NOT_ASKED.to_owned()),
        }
        report
    }

    /// Would a cancel be sent for it?
    pub fn would_be_sent(&self) -> bool {
        matches!(
            &self.seen,
            Seen::Command(command) | Seen::Listed { command, .. }
                if decision::before_cancel(command.state).is_none()
        )
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
/// [`crate::Client::plan_everything`], or without asking by [`Plan::listed`] and [`Plan::everything_on`]; run by
/// [`crate::Client::run`].
#[derive(Debug, Default)]
pub struct Plan {
    pub(crate) commands: Vec<Planned>,
    pub(crate) everything: Vec<Everything>,
    pub(crate) unlisted: Vec<UnlistedDevice>,
    pub(crate) problems: Vec<(DeviceRef, ApiError)>,
    pub(crate) incomplete: Vec<DeviceRef>,
    pub(crate) unclear: Vec<(DeviceRef, usize)>,
    pub(crate) not_asked: Vec<DeviceRef>,
    pub(crate) left_out: LeftOut,
    pub(crate) any_answered: bool,
}

impl Plan {
    /// Every target, in the order of the devices as they were asked for.
    pub fn targets(&self) -> impl Iterator<Item = &Planned> {
        self.commands
            .iter()
            .chain(self.everything.iter().flat_map(|device| &device.waiting))
            .chain(self.unlisted.iter().flat_map(|device| &device.known))
    }

    /// The devices that the run itself will list: more may wait there than the plan holds.
    pub fn to_list(&self) -> impl Iterator<Item = &DeviceRef> {
        self.unlisted.iter().map(|device| device.target.device())
    }

    /// The devices that one call is sent for, which cancels whatever waits there when it arrives.
    pub fn everything_in_one_call(&self) -> impl Iterator<Item = &DeviceRef> {
        let devices = self.everything.iter().filter(|one| !one.waiting.is_empty());
        let unlisted = self.unlisted.iter().filter(|one| one.filter.is_none());
        let devices = devices
            .map(|one| one.target.device())
            .chain(unlisted.map(|one| one.target.device()));
        devices.filter(|device| device.provider().descriptor().has_cancel_all)
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

    /// Devices that were not asked about, because the connection is refused or nobody answered for the devices
    /// before them: nothing of theirs is in the plan.
    pub fn not_asked(&self) -> &[DeviceRef] {
        &self.not_asked
    }

    /// Did the provider answer about any device, or command, that the plan was made for?
    pub fn any_answered(&self) -> bool {
        self.any_answered
    }

    pub(crate) fn not_listed(&mut self, device: DeviceRef, failure: ListFailure) {
        match failure {
            ListFailure::Failed(error) => self.problems.push((device, error)),
            ListFailure::NotAsked => self.not_asked.push(device),
        }
    }

    /// What waits on the devices and is not in the plan, because the filter leaves it out.
    pub fn left_out(&self) -> &LeftOut {
        &self.left_out
    }

    /// Devices whose list may not be whole: more may wait than the plan holds.
    pub fn incomplete(&self) -> &[DeviceRef] {
        &self.incomplete
    }

    /// Devices with commands whose state is unknown, and how many: they are left out of everything that
    /// waits, and can be named by their ids. A vendor that is asked for what waits may not show all of them.
    pub fn unclear(&self) -> &[(DeviceRef, usize)] {
        &self.unclear
    }

    /// Devices where more may wait than the plan holds: their list may not be whole, or commands were left
    /// out of it because their state is unknown. Each once.
    pub fn partly_listed(&self) -> impl Iterator<Item = &DeviceRef> {
        let unclear = self.unclear.iter().map(|(device, _)| device);
        let unclear = unclear.filter(|device| !self.incomplete.contains(device));
        self.incomplete.iter().chain(unclear)
    }

    /// The rows of a dry run: `planned` where a cancel would be sent, or why none would be.
    pub fn dry_run(&self) -> Vec<CancelReport> {
        self.targets().map(Planned::report).collect()
    }
}
