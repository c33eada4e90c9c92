//! The devices that were chosen, and what was read of each.

mod names;
mod status;

pub use status::{DeviceStatus, Incomplete, Reading};

use countermand_core_model::{
    Command, CommandId, CommandState, Device as ListedDevice, DeviceRef, Listing, SeverityRules,
    Timestamp,
};
use countermand_table::{Changes, Device, DeviceIx, RowId, Store};

use self::names::Names;
use super::{device_name, problem::Problem};

/// How many devices are read at once: twice as many as a browser opens connections to one host, so that none of them
/// is idle while an answer is taken in.
pub const AT_ONCE: usize = 12;

/// Every chosen device, in the order in which they were chosen, and their commands.
#[derive(Debug, Default)]
pub struct Fleet {
    store: Store,
    /// By [`DeviceIx::index`]; of a device that was taken out too.
    statuses: Vec<DeviceStatus>,
    /// How many are being read.
    going: usize,
    /// Of devices that are not chosen.
    names: Names,
}

impl Fleet {
    /// The devices and their commands.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// Grades all commands, and those to come, by these rules.
    pub fn set_severity_rules(&mut self, rules: SeverityRules) {
        self.store.set_severity_rules(rules);
    }

    /// Returns the status of a device.
    pub fn status(&self, ix: DeviceIx) -> &DeviceStatus {
        self.statuses.get(ix.index()).unwrap_or(&DeviceStatus::NEW)
    }

    /// The devices, each with its status.
    pub fn devices(&self) -> impl Iterator<Item = (&Device, &DeviceStatus)> {
        self.store
            .devices()
            .map(|(ix, device)| (device, self.status(ix)))
    }

    /// How many devices are chosen.
    pub fn len(&self) -> usize {
        self.store.device_count()
    }

    /// Returns whether no device is chosen.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The devices' references.
    pub fn refs(&self) -> Vec<DeviceRef> {
        let devices = self.store.devices();
        devices.map(|(_, device)| device.device().clone()).collect()
    }

    /// Returns whether this device is chosen.
    pub fn has(&self, device: &DeviceRef) -> bool {
        self.store.find(device).is_some()
    }

    /// Returns what people call a device: its name, where it is chosen or was listed, and has one.
    pub fn name(&self, device: &DeviceRef) -> Option<&str> {
        match self.store.find(device) {
            Some(ix) => self.store.device(ix).name(),
            None => self.names.of(device),
        }
    }

    /// Returns what a device is called in a sentence or a list: its name with its id, or its id alone.
    pub fn called(&self, device: &DeviceRef) -> String {
        device_name::called(self.name(device), device)
    }

    /// Keeps the names of listed devices that are not chosen.
    pub fn remember(&mut self, listed: &[ListedDevice]) {
        for one in listed {
            if let (Some(name), None) = (&one.name, self.find_listed(one)) {
                self.names.keep(&one.device, one.also.as_ref(), name);
            }
        }
    }

    /// What is told of a device that is taken out still has its name.
    fn keep_name_of(&mut self, ix: DeviceIx) {
        let gone = self.store.device(ix);
        if let Some(name) = gone.name() {
            self.names.keep(gone.device(), gone.also(), name);
        }
    }

    /// Adds those that are not there yet, and tells which these are.
    pub fn add(&mut self, devices: Vec<(DeviceRef, Option<String>)>) -> Vec<DeviceRef> {
        let mut added = Vec::new();
        for (device, name) in devices {
            let (_, is_new) = self.store.add(&device, name.as_deref());
            if is_new {
                self.statuses.push(DeviceStatus::NEW);
                self.going += 1;
                added.push(device);
            }
        }
        added
    }

    /// Adds listed devices that are not there yet, under either of their names, and tells which these are. The rows
    /// that are free are those of devices that were there twice.
    pub fn add_listed(&mut self, listed: &[ListedDevice]) -> (Vec<DeviceRef>, Vec<RowId>) {
        let freed = self.learn(listed);
        let new = listed.iter().filter(|one| self.find_listed(one).is_none());
        let new = new.map(|one| (one.device.clone(), one.name.clone()));
        let added = self.add(new.collect());
        self.learn(listed);
        (added, freed)
    }

    /// Takes names, other names and what else identifies them from the provider's list, for those that are chosen.
    /// Returns the rows that are free.
    pub fn learn(&mut self, listed: &[ListedDevice]) -> Vec<RowId> {
        let mut freed = Vec::new();
        for one in listed {
            let Some(ix) = self.find_listed(one) else {
                continue;
            };
            let details: Vec<&str> = one.details.iter().map(|(_, value)| &**value).collect();
            self.store
                .describe(ix, one.name.as_deref(), &details.join("\n"));
            if let Some(also) = &one.also {
                let other = if self.store.device(ix).device() == also {
                    &one.device
                } else {
                    also
                };
                freed.extend(self.call_also(ix, other).1);
            }
        }
        freed
    }

    fn find_listed(&self, one: &ListedDevice) -> Option<DeviceIx> {
        let also = one.also.as_ref();
        self.store
            .find(&one.device)
            .or_else(|| also.and_then(|also| self.store.find(also)))
    }

    /// Returns whether the name of some device is not known.
    pub fn has_unnamed(&self) -> bool {
        let mut devices = self.store.devices();
        devices.any(|(_, device)| device.name().is_none())
    }

    /// A device is called `also`, too: chosen under both names, it is one. Returns it, and the rows that are free.
    fn call_also(&mut self, ix: DeviceIx, also: &DeviceRef) -> (DeviceIx, Vec<RowId>) {
        let Some(folded) = self.store.call_also(ix, also) else {
            return (ix, Vec::new());
        };
        if let Some(gone) = folded.gone {
            let there = self.status(gone).clone();
            self.set(gone, Reading::Done);
            if let Some(status) = self.statuses.get_mut(folded.kept.index())
                && status.read_at.is_none()
            {
                (status.read_at, status.incomplete) = (there.read_at, there.incomplete);
            }
        }
        (folded.kept, folded.changes.removed)
    }

    /// Takes a device out, with what was read of it.
    pub fn remove(&mut self, device: &DeviceRef) -> Changes {
        let Some(ix) = self.store.find(device) else {
            return Changes::default();
        };
        self.set(ix, Reading::Done);
        self.keep_name_of(ix);
        self.store.remove(ix)
    }

    /// Takes all out.
    pub fn clear(&mut self) {
        let all: Vec<DeviceIx> = self.store.devices().map(|(ix, _)| ix).collect();
        all.into_iter().for_each(|ix| self.keep_name_of(ix));
        self.store.clear();
        self.statuses.clear();
        self.going = 0;
    }

    /// A device is being read.
    pub fn reading(&mut self, device: &DeviceRef) {
        if let Some(ix) = self.store.find(device) {
            self.set(ix, Reading::Going);
        }
    }

    /// A device was read. One that was taken out meanwhile stays out.
    pub fn read(
        &mut self,
        device: &DeviceRef,
        listing: &Listing<Command>,
        at: Timestamp,
    ) -> Changes {
        let Some(mut ix) = self.store.find(device) else {
            return Changes::default();
        };
        let mut freed = Vec::new();
        if let Some(also) = other_name(device, listing) {
            (ix, freed) = self.call_also(ix, also);
        }
        self.set(ix, Reading::Done);
        if let Some(status) = self.statuses.get_mut(ix.index()) {
            status.incomplete = Incomplete::of(listing);
            status.read_at = Some(at);
        }
        let mut changes = self.store.replace(ix, &listing.items);
        changes.removed.extend(freed);
        changes
    }

    /// Takes in the states of rows that were read elsewhere.
    pub fn set_states<'a>(
        &mut self,
        states: impl IntoIterator<Item = (RowId, &'a CommandId, CommandState)>,
    ) {
        self.store.set_states(states);
    }

    /// A device could not be read. What was read earlier stays.
    pub fn failed(&mut self, device: &DeviceRef, problem: Problem) {
        if let Some(ix) = self.store.find(device) {
            self.set(ix, Reading::Failed(Box::new(problem)));
        }
    }

    fn set(&mut self, ix: DeviceIx, reading: Reading) {
        let Some(status) = self.statuses.get_mut(ix.index()) else {
            return;
        };
        self.going += usize::from(reading == Reading::Going);
        self.going -= usize::from(status.reading == Reading::Going);
        status.reading = reading;
    }

    /// How many are being read.
    pub fn going(&self) -> usize {
        self.going
    }

    /// How many commands wait.
    pub fn waiting(&self) -> usize {
        self.store
            .devices()
            .map(|(_, device)| device.waiting())
            .sum()
    }

    /// Those that could not be read, each with the reason.
    pub fn problems(&self) -> impl Iterator<Item = (&Device, &DeviceStatus, &Problem)> {
        self.devices()
            .filter_map(|(device, status)| match &status.reading {
                Reading::Failed(problem) => Some((device, status, &**problem)),
                _ => None,
            })
    }

    /// Since when everything shown is true at least: the oldest reading.
    pub fn read_at(&self) -> Option<Timestamp> {
        self.devices()
            .filter_map(|(_, status)| status.read_at)
            .min()
    }

    /// Returns whether this device was read before.
    pub fn was_read(&self, device: &DeviceRef) -> bool {
        let ix = self.store.find(device);
        ix.is_some_and(|ix| self.status(ix).read_at.is_some())
    }

    /// Returns whether anything was read.
    pub fn is_read(&self) -> bool {
        self.devices().any(|(_, status)| status.read_at.is_some())
    }

    /// Returns how many of the devices were read.
    pub fn read_count(&self) -> usize {
        let read = self.devices();
        read.filter(|(_, status)| status.read_at.is_some()).count()
    }
}

/// The other name of a device, where all of its commands that tell one tell the same.
fn other_name<'a>(device: &DeviceRef, listing: &'a Listing<Command>) -> Option<&'a DeviceRef> {
    let of_it = listing.items.iter().filter(|one| one.device == *device);
    let mut told = of_it.filter_map(|one| one.device_also.as_deref());
    let first = told.next()?;
    told.all(|other| other == first).then_some(first)
}

#[cfg(test)]
mod tests;
