//! The devices of a sweep: which are known, which is looked at next, and what is left in the end. No I/O and no clock.

#[cfg(test)]
use std::collections::{BTreeMap, BTreeSet};
use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use countermand_core_model::{Device, DeviceRef, Filter, Timestamp};

use super::super::unlisted::Unlisted;
use crate::{Sweep, SweepScope, SweepStatus, sweep::SweepOrder};

/// How often a device is tried that cannot be looked at.
const ATTEMPTS: u32 = 3;

/// A sweep, with what an earlier process left of it.
pub(crate) struct SweepWork {
    pub(crate) sweep: Sweep,
    /// When it was asked for, if that was before this run began; later commands are left alone.
    pub(crate) asked_at: Option<Timestamp>,
    /// All devices became known before.
    pub(crate) all_known: bool,
    /// The devices that became known before.
    pub(crate) known: HashSet<DeviceRef>,
    /// Those of them that are still to be looked at.
    pub(crate) left: Vec<Unlisted>,
}

impl SweepWork {
    /// Returns the work of a new sweep.
    pub(crate) fn new(sweep: Sweep) -> Self {
        Self {
            sweep,
            asked_at: None,
            all_known: false,
            known: HashSet::new(),
            left: Vec::new(),
        }
    }
}

/// The devices of a sweep.
#[derive(Clone, Debug)]
pub(crate) struct SweepDevices {
    /// What is cancelled on each.
    filter: Arc<Filter>,
    asked_at: Option<Timestamp>,
    order: SweepOrder,
    /// Devices with something of their own that is known.
    left: HashMap<DeviceRef, Unlisted>,
    /// Devices that an earlier process looked at.
    looked_before: HashSet<DeviceRef>,
    /// Devices that are in the journal.
    noted: HashSet<DeviceRef>,
    /// Only these devices are looked at.
    are_named: bool,
    attempts: HashMap<DeviceRef, u32>,
    /// How many looks were begun at devices of which nothing was known.
    begun: usize,
    status: SweepStatus,
}

impl SweepDevices {
    /// Returns the devices of a sweep that goes on `now`.
    pub(crate) fn new(work: SweepWork, filter: Arc<Filter>, now: Timestamp) -> Self {
        let mut order = SweepOrder::beginning(now);
        let mut looked_before = work.known.clone();
        let mut left = HashMap::new();
        for unlisted in work.left {
            let device = unlisted.device.clone();
            looked_before.remove(&device);
            match unlisted.known.is_empty() {
                true => drop(order.add(&Device::new(device.clone()))),
                false => order.add_found(device.clone()),
            }
            left.insert(device, unlisted);
        }
        let status = SweepStatus {
            looked_at: looked_before.len(),
            devices: looked_before.len() + order.known(),
            all_known: work.all_known,
            ..SweepStatus::default()
        };
        Self {
            filter,
            asked_at: work.asked_at,
            order,
            left,
            looked_before,
            noted: work.known,
            are_named: matches!(work.sweep.scope, SweepScope::Devices(_)),
            attempts: HashMap::new(),
            begun: 0,
            status,
        }
    }

    pub(crate) fn filter(&self) -> &Filter {
        &self.filter
    }

    /// Returns when the sweep was asked for, if that was before this run began.
    pub(crate) fn asked_at(&self) -> Option<Timestamp> {
        self.asked_at
    }

    pub(crate) fn status(&self) -> SweepStatus {
        self.status
    }

    /// Returns how many devices this process looked at.
    pub(crate) fn looked_at(&self) -> usize {
        self.status.looked_at - self.looked_before.len()
    }

    /// Returns how many silent devices are still to be looked at.
    pub(crate) fn silent(&self) -> usize {
        self.order.silent()
    }

    /// Takes in a device as a list shows it. Returns whether it became known, which is to be noted.
    pub(crate) fn take(&mut self, device: &Device) -> bool {
        let is_beside = self.are_named && self.status.all_known && !self.order.is_known(device);
        if self.looked_before.contains(&device.device) || is_beside || !self.order.add(device) {
            return false;
        }
        self.status.devices += 1;
        self.noted.insert(device.device.clone())
    }

    /// Every device is known. Returns whether that is news.
    pub(crate) fn all_are_known(&mut self) -> bool {
        !std::mem::replace(&mut self.status.all_known, true)
    }

    /// Returns whether a device is to be looked at. Once as many commands were found as are wanted, only those are looked
    /// at on which some of these were found before.
    pub(crate) fn has_next(&self, is_at_limit: bool) -> bool {
        match is_at_limit {
            true => self.order.has_found(),
            false => self.order.has_next(),
        }
    }

    /// Removes and returns the device to look at next.
    pub(crate) fn next(&mut self, is_at_limit: bool) -> Option<Unlisted> {
        let device = match is_at_limit {
            true => self.order.next_found()?,
            false => self.order.next()?,
        };
        Some(self.unlisted(device))
    }

    fn unlisted(&mut self, device: DeviceRef) -> Unlisted {
        self.left.remove(&device).unwrap_or_else(|| {
            self.begun += 1;
            Unlisted::swept(device, self.begun, self.asked_at, Arc::clone(&self.filter))
        })
    }

    /// A device was looked at, and matching commands were found that were given at these times.
    pub(crate) fn looked(&mut self, device: &DeviceRef, given: Vec<Option<Timestamp>>) {
        self.status.looked_at += 1;
        self.status.matching += usize::from(!given.is_empty());
        self.order.looked_at(device, given);
    }

    /// A device could not be looked at, and is to be tried again.
    pub(crate) fn again(&mut self, unlisted: Unlisted) {
        self.order.try_again(unlisted.device.clone());
        self.left.insert(unlisted.device.clone(), unlisted);
    }

    /// A device could not be looked at. Returns it if it is not tried again.
    pub(crate) fn failed(&mut self, unlisted: Unlisted, is_final: bool) -> Option<Unlisted> {
        let attempts = self.attempts.entry(unlisted.device.clone()).or_default();
        *attempts += 1;
        if !is_final && *attempts < ATTEMPTS {
            self.again(unlisted);
            return None;
        }
        self.status.failed += 1;
        self.order.looked_at(&unlisted.device, []);
        Some(unlisted)
    }

    /// Removes and returns the devices that were not looked at.
    pub(crate) fn take_left(&mut self) -> Vec<Unlisted> {
        let left: Vec<DeviceRef> = self.order.take_left().collect();
        left.into_iter()
            .map(|device| self.unlisted(device))
            .collect()
    }
}

/// In which order devices are looked at is a guess and decides nothing.
#[cfg(test)]
impl std::hash::Hash for SweepDevices {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        let left = self.left.iter();
        let left: BTreeMap<_, _> = left.map(|(device, left)| (device, &left.known)).collect();
        let looked_before: BTreeSet<_> = self.looked_before.iter().collect();
        (self.order.to_look_at(), left, looked_before).hash(state);
        (self.status.devices, self.status.all_known).hash(state);
    }
}
