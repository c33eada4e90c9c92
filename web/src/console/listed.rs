//! What the table shows, as a plan takes it: each command is read just before its cancel, not all of them before
//! the first.

use countermand_client::{ListedCommand, ListedDevice};
use countermand_console::fleet::{Fleet, Reading};
use countermand_core_model::{AllPending, CommandState, CommandTarget};
use countermand_table::{DeviceIx, Row};
use leptos::prelude::*;

use crate::platform::cooperative_yield::Yielder;

/// Returns the commands as the table shows them. One that is no longer shown counts as waiting until it is read.
pub(super) async fn targets_as_listed(
    fleet: ReadSignal<Fleet>,
    targets: Vec<CommandTarget>,
) -> Vec<ListedCommand> {
    let mut yielder = Yielder::begin();
    let mut listed = Vec::with_capacity(targets.len());
    for target in targets {
        let mut command = ListedCommand::unread(target);
        fleet.with_untracked(|fleet| {
            if let Some(row) = fleet.store().find_row(&command.target) {
                fill_command(&mut command, fleet, fleet.store().row(row));
            }
        });
        listed.push(command);
        yielder.yield_if_due().await;
    }
    listed
}

/// Returns the devices with what the table shows as waiting there.
pub(super) async fn devices_as_listed(
    fleet: ReadSignal<Fleet>,
    devices: Vec<AllPending>,
) -> Vec<ListedDevice> {
    let mut yielder = Yielder::begin();
    let mut listed = Vec::with_capacity(devices.len());
    for target in devices {
        let mut device = ListedDevice::unread(target);
        fleet.with_untracked(|fleet| {
            if let Some(ix) = fleet.store().find(device.target.device()) {
                fill_device(&mut device, fleet, ix);
            }
        });
        listed.push(device);
        yielder.yield_if_due().await;
    }
    listed
}

fn fill_command(command: &mut ListedCommand, fleet: &Fleet, row: Row<'_>) {
    command.kind = row.kind().to_owned();
    command.name = row.name().map(str::to_owned);
    command.created_at = row.created_at();
    command.expires_at = row.expires_at();
    if let Some(read_at) = fleet.status(row.device_ix()).read_at {
        (command.state, command.read_at) = (row.state(), Some(read_at));
    }
}

fn fill_device(device: &mut ListedDevice, fleet: &Fleet, ix: DeviceIx) {
    let status = fleet.status(ix);
    let mut is_clear = status.reading == Reading::Done && status.incomplete.is_none();
    for row in fleet.store().device(ix).rows() {
        let row = fleet.store().row(*row);
        is_clear &= row.state() != CommandState::Unknown;
        device.newest_seen = device.newest_seen.max(row.created_at());
        if row.state() == CommandState::Pending
            && let Some(target) = row.target()
        {
            let mut command = ListedCommand::unread(target);
            fill_command(&mut command, fleet, row);
            device.waiting.push(command);
        }
    }
    device.read_at = status.read_at.filter(|_| is_clear);
}
