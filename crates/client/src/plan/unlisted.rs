//! A plan for everything pending on devices that the run will list, each just before its cancels, so that the first
//! cancel does not wait for the last list.

use std::{collections::HashSet, sync::Arc};

use countermand_core_model::{AllPending, DeviceRef, Timestamp};

use crate::Filter;

use super::{
    devices::UnlistedDevice, listed::ListedCommand, one_target::KnownIds, plan::Plan,
    planned::Planned,
};

/// A device on which everything pending is to be cancelled, with what an earlier list showed.
#[derive(Clone, Debug)]
pub struct ListedDevice {
    /// The device.
    pub target: AllPending,
    /// What the list showed as pending.
    pub waiting: Vec<ListedCommand>,
    /// When the newest command in the list was created, in any state.
    pub newest_seen: Option<Timestamp>,
    /// When the list was read; `None` if it was not, is incomplete, or does not tell of each command whether it is
    /// pending. A device with a recent list is not listed again.
    pub read_at: Option<Timestamp>,
}

impl ListedDevice {
    /// Returns a device of which nothing is known.
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
    /// Returns a plan for everything pending on these devices, without reading them. A run records what is known in
    /// its journal, lists each device unless its list is recent, and sends its cancels. What it finds becomes a
    /// target.
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

    /// Returns a plan like [`Self::everything_on`] for the pending commands that match `filter`, whatever states it
    /// names. Each is cancelled by its id.
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
