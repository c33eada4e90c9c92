//! What to cancel: three cases that are never turned into each other.

use countermand_client::{Filter, Plan};
use countermand_core_model::{AllPending, CommandId, CommandTarget, DeviceRef, Provider};

use super::args::CancelArgs;
use crate::{
    failure::Failure,
    settings::{Session, command_ids},
};

/// What to cancel.
pub(super) enum Selection {
    /// These commands.
    Commands(Vec<CommandTarget>),
    /// All pending commands on these devices.
    AllPending(Vec<AllPending>),
    /// The pending commands on these devices that match the filter.
    Matching(Vec<DeviceRef>, Filter),
}

impl Selection {
    /// Reads the selection from the arguments, for these devices.
    pub(super) fn read(
        args: &CancelArgs,
        provider: Provider,
        devices: Vec<DeviceRef>,
    ) -> Result<Self, Failure> {
        if args.all_pending {
            return Ok(match args.filter.filter() {
                Some(filter) => Self::Matching(devices, filter),
                None => Self::AllPending(devices.into_iter().map(AllPending::on).collect()),
            });
        }
        let [device] = devices.as_slice() else {
            return Err(Failure::usage(
                "--command needs exactly one DEVICE: a command ID belongs to one device.",
            ));
        };
        let ids = Self::check_ids(args, provider)?;
        let commands = ids
            .into_iter()
            .map(|id| CommandTarget::new(device.clone(), id))
            .collect::<Result<Vec<_>, _>>()?;
        Ok(Self::Commands(commands))
    }

    /// Returns the command IDs that are given.
    pub(super) fn check_ids(
        args: &CancelArgs,
        provider: Provider,
    ) -> Result<Vec<CommandId>, Failure> {
        let ids = command_ids(provider, &args.command)
            .map_err(|failure| Failure::usage(format!("--command: {}", failure.message())))?;
        match ids.is_empty() && !args.all_pending {
            true => Err(Failure::usage("--command needs a command ID.")),
            false => Ok(ids),
        }
    }

    /// Returns whether there is no device.
    pub(super) fn is_empty(&self) -> bool {
        match self {
            Self::Commands(targets) => targets.is_empty(),
            Self::AllPending(devices) => devices.is_empty(),
            Self::Matching(devices, _) => devices.is_empty(),
        }
    }

    /// Returns the commands that are selected one by one.
    pub(super) fn commands(&self) -> &[CommandTarget] {
        match self {
            Self::Commands(targets) => targets,
            Self::AllPending(_) | Self::Matching(..) => &[],
        }
    }

    /// Makes the plan.
    pub(super) async fn plan(self, session: &Session) -> Plan {
        match self {
            Self::Commands(targets) => session.client.plan_commands(targets).await,
            Self::AllPending(devices) => session.client.plan_everything(devices).await,
            Self::Matching(devices, filter) => session.client.plan_matching(devices, &filter).await,
        }
    }
}
