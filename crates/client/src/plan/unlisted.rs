//! A plan of everything that waits on devices. Nothing is listed to make it: a run lists each device just before its
//! cancels, so that the first cancel does not wait for the last device.

use std::{collections::HashSet, sync::Arc};

use countermand_core_model::{AllPending, DeviceRef, Timestamp};

use crate::Filter;

use super::{
    devices::UnlistedDevice, listed::ListedCommand, one_target::KnownIds, plan::Plan,
    planned::Planned,
};

/// A device whose waiting commands are all meant, with what an earlier list of it showed, if there was one.
#[derive(Clone, Debug)]
pub struct ListedDevice {
    /// Which device it is.
    pub target: AllPending,
    /// What the list showed as waiting.
    pub waiting: Vec<ListedCommand>,
    /// When the newest command was given that the list showed, in whatever state.
    pub newest_seen: Option<Timestamp>,
    /// When the list was read; none where it was not, not wholly, or does not say of every command whether it waits.
    /// A device that was listed just now is not listed again.
    pub read_at: Option<Timestamp>,
}

impl ListedDevice {
    /// A device of which nothing is known.
    pub fn unread(target: AllPending) -> Self {
        Self {
            target,
            waiting: Vec::new(),
            newest_seen: None,
            read_at: None,
        }
    }
}

impl Plan {
    /// A plan for everything that waits on these devices, of which nothing is read now. A run writes into its journal
    /// what is known; then it lists each device, unless that was done seconds ago, and sends its cancels, one device
    /// beside the other. What it finds becomes a target.
    pub fn everything_on(devices: impl IntoIterator<Item = ListedDevice>) -> Self {
        let mut named = HashSet::new();
        let mut met = KnownIds::default();
        let unlisted = devices
            .into_iter()
            .filter(|device| named.insert(device.target.device().clone()))
            .map(|device| {
                let known = device.waiting.into_iter();
                let known = known.filter(|listed| met.is_new(listed.target.id()));
                UnlistedDevice {
                    known: known.map(Planned::from).collect(),
                    target: device.target,
                    newest_seen: device.newest_seen,
                    read_at: device.read_at,
                    filter: None,
                }
            })
            .collect();
        Self {
            unlisted,
            ..Self::default()
        }
    }

    /// As [`Self::everything_on`], for what waits there and `filter` lets through, whatever states it names: each
    /// command is cancelled by its id.
    pub fn matching_on(devices: impl IntoIterator<Item = DeviceRef>, filter: Filter) -> Self {
        let devices = devices.into_iter().map(AllPending::on);
        let mut plan = Self::everything_on(devices.map(ListedDevice::unread));
        let filter = Arc::new(filter);
        for device in &mut plan.unlisted {
            device.filter = Some(Arc::clone(&filter));
        }
        plan
    }
}
