//! A plan of what a file holds.

use std::{collections::HashMap, sync::Arc};

use countermand_core_model::{AllPending, CommandState, DeviceRef, Timestamp};

use super::{
    devices::UnlistedDevice,
    file::{SavedDevice, SavedPlan, SavedTarget},
    listed::ListedCommand,
    plan::Plan,
};

impl SavedPlan {
    /// Returns a plan of this, asked for at `asked_at`, without reading anything: a run reads each target just before its
    /// cancel, and lists each device on which everything is to be cancelled. Commands that were created there after
    /// `asked_at` are left alone. A sweep looks for what matches when its run does. Check it with [`Client::check_plan`](crate::Client::check_plan) first.
    pub fn into_plan(self, asked_at: Timestamp) -> Plan {
        if let Some(sweep) = self.sweep {
            return Plan::sweeping(sweep);
        }
        let mut plan = Plan::listed(self.targets.into_iter().map(ListedCommand::from));
        plan.gaps.incomplete = not_whole(self.incomplete, self.unlisted);
        plan.add_everything(self.everything);
        plan.asked_for_at(asked_at)
    }
}

/// Returns the devices on which more may be pending than a saved plan knows: those with an incomplete list, and those
/// that could not be listed.
pub(super) fn not_whole(
    incomplete: Vec<DeviceRef>,
    unlisted: Vec<(DeviceRef, String)>,
) -> Vec<DeviceRef> {
    let unlisted = unlisted.into_iter().map(|(device, _)| device);
    incomplete.into_iter().chain(unlisted).collect()
}

impl From<SavedTarget> for ListedCommand {
    fn from(kept: SavedTarget) -> Self {
        Self {
            kind: kept.kind,
            name: kept.name,
            // What could not be read may be pending now.
            state: kept.before.unwrap_or(CommandState::Pending),
            created_at: kept.created_at,
            ..Self::unread(kept.target)
        }
    }
}

impl Plan {
    /// Adds devices that the run is to list. Pending targets on them become what is known of these devices, so that
    /// each has one queue.
    pub(super) fn add_everything(&mut self, devices: Vec<SavedDevice>) {
        let place: HashMap<DeviceRef, usize> = devices
            .iter()
            .enumerate()
            .map(|(at, saved)| (saved.device.clone(), at))
            .collect();
        let devices = devices.into_iter().map(|saved| UnlistedDevice {
            target: AllPending::on(saved.device),
            known: Vec::new(),
            newest_seen: None,
            read_at: None,
            filter: saved.filter.map(Arc::new),
        });
        let mut devices: Vec<UnlistedDevice> = devices.collect();
        for planned in std::mem::take(&mut self.commands) {
            // What is not pending is no part of everything that is: it is decided, or was named by its id.
            let is_pending = planned.before() == Some(CommandState::Pending);
            let at = place.get(planned.device()).copied();
            match at.and_then(|at| devices.get_mut(at)) {
                Some(device) if is_pending && planned.would_be_sent() => device.known.push(planned),
                _ => self.commands.push(planned),
            }
        }
        self.unlisted.extend(devices);
    }
}

#[cfg(test)]
mod tests;
