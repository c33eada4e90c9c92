//! What is to be cancelled: three things that nothing turns into each other.

use countermand_client::{Filter, Plan};
use countermand_core_model::{CommandTarget, DeviceRef, EverythingWaiting};

use crate::{
    args::CancelArgs,
    failure::Failure,
    settings::{Session, Targets, command_ids},
};

/// What is to be cancelled.
pub(super) enum Wanted {
    These(Vec<CommandTarget>),
    Everything(Vec<EverythingWaiting>),
    Matching(Vec<DeviceRef>, Filter),
}

impl Wanted {
    /// What the arguments say of these devices.
    pub(super) fn of(args: &CancelArgs, targets: Targets) -> Result<Self, Failure> {
        let Targets { provider, devices } = targets;
        if args.all_pending {
            return Ok(match args.filter.filter() {
                Some(filter) => Self::Matching(devices, filter),
                None => Self::Everything(devices.into_iter().map(EverythingWaiting::on).collect()),
            });
        }
        let [device] = devices.as_slice() else {
            return Err(Failure::usage(
                "a command id belongs to one device: give one DEVICE with --command",
            ));
        };
        let ids = command_ids(provider, &args.command)
            .map_err(|failure| Failure::usage(format!("--command: {}", failure.message())))?;
        if ids.is_empty() {
            return Err(Failure::usage("--command names no command"));
        }
        let these = ids
            .into_iter()
            .map(|id| CommandTarget::new(device.clone(), id))
            .collect::<Result<Vec<_>, _>>()?;
        Ok(Self::These(these))
    }

    /// The commands that are named one by one.
    pub(super) fn named(&self) -> &[CommandTarget] {
        match self {
            Self::These(targets) => targets,
            Self::Everything(_) | Self::Matching(..) => &[],
        }
    }

    /// A plan for it.
    pub(super) async fn plan(self, session: &Session) -> Plan {
        match self {
            Self::These(targets) => session.client.plan_commands(targets).await,
            Self::Everything(devices) => session.client.plan_everything(devices).await,
            Self::Matching(devices, filter) => session.client.plan_matching(devices, &filter).await,
        }
    }
}
