//! The devices that were chosen, and what was read of each.

use std::collections::HashMap;

use countermand_core_model::{
    Command, CommandId, CommandState, Device as ListedDevice, DeviceRef, Listing, PageEnd,
    Timestamp,
};
use countermand_table::{Changes, Device, DeviceIx, RowId, Store};

use super::{device_name, problem::Problem};
use crate::text::table;

/// How many devices are read at once: twice as many as a browser opens connections to one host, so that none of them
/// is idle while an answer is taken in.
pub const AT_ONCE: usize = 12;

/// How far the reading of a device is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reading {
    /// It is being read, or waits for its turn.
    Going,
    /// It was read.
    Done,
    /// It could not be read.
    Failed(Box<Problem>),
}

/// The status of a chosen device.
#[derive(Clone, Debug)]
pub struct DeviceStatus {
    /// How far reading it is.
    pub reading: Reading,
    /// Why there may be more commands than are shown.
    pub incomplete: Option<Incomplete>,
    /// When what is shown was read.
    pub read_at: Option<Timestamp>,
}

impl DeviceStatus {
    const NEW: Self = Self {
        reading: Reading::Going,
        incomplete: None,
        read_at: None,
    };
}

/// Why a list may not be whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Incomplete {
    /// The provider announced more, and repeated a page.
    Repeated,
    /// There are more pages than are read.
    TooMany,
    /// So many items could not be decoded.
    Undecodable(usize),
}

impl Incomplete {
    /// Where a device's list may not be whole, in a sentence.
    pub fn text(self, device: &str) -> String {
        match self {
            Self::Repeated => table::repeated(device),
            Self::TooMany => table::too_many(device),
            Self::Undecodable(count) => table::undecodable(device, count),
        }
    }

    fn of<T>(listing: &Listing<T>) -> Option<Self> {
        match listing.end {
            PageEnd::Repeated => Some(Self::Repeated),
            PageEnd::TooMany => Some(Self::TooMany),
            PageEnd::Complete if listing.undecodable > 0 => {
                Some(Self::Undecodable(listing.undecodable))
            }
            PageEnd::Complete => None,
        }
    }
}

/// Every chosen device, in the order in which they were chosen, and their commands.
#[derive(Debug, Default)]
pub struct Fleet {
    store: Store,
    /// By [`DeviceIx::index`]; of a device that was taken out too.
    statuses: Vec<DeviceStatus>,
    /// How many are being read.
    going: usize,
    /// Where in `names` the name of a device is that is not chosen.
    named: HashMap<DeviceRef, usize>,
    names: Vec<Box<str>>,
}

impl Fleet {
    /// The devices and their commands.
    pub fn store(&self) -> &Store {
        &self.store
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
            None => Some(self.names.get(*self.named.get(device)?)?),
        }
    }

    /// Returns what a device is called in a sentence or a list: its name with its id, or its id alone.
    pub fn called(&self, device: &DeviceRef) -> String {
        device_name::called(self.name(device), device)
    }

    /// Keeps the names of listed devices that are not chosen.
    pub fn remember(&mut self, listed: &[ListedDevice]) {
        for one in listed {
            if self.find_listed(one).is_none() {
                self.keep_name(&one.device, one.also.as_ref(), one.name.as_deref());
            }
        }
    }

    fn keep_name(&mut self, device: &DeviceRef, also: Option<&DeviceRef>, name: Option<&str>) {
        let Some(name) = name else { return };
        for device in [Some(device), also].into_iter().flatten() {
            let next = self.names.len();
            let at = *self.named.entry(device.clone()).or_insert(next);
            match self.names.get_mut(at) {
                Some(known) => *known = name.into(),
                None => self.names.push(name.into()),
            }
        }
    }

    /// What is told of a device that is taken out still has its name.
    fn keep_name_of(&mut self, ix: DeviceIx) {
        let gone = self.store.device(ix);
        if gone.name().is_some() {
            let name = gone.name().map(str::to_owned);
            let (device, also) = (gone.device().clone(), gone.also().cloned());
            self.keep_name(&device, also.as_ref(), name.as_deref());
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
mod tests {
    use super::*;
    use crate::testing::{at, command, device};

    fn fleet(devices: &[&str]) -> Fleet {
        let mut fleet = Fleet::default();
        fleet.add(devices.iter().map(|text| (device(text), None)).collect());
        fleet
    }

    fn listing(end: PageEnd, undecodable: usize) -> Listing<Command> {
        let mut listing = Listing::new(
            vec![command("applivery:A", 1, "LOCK", CommandState::Pending)],
            end,
        );
        listing.undecodable = undecodable;
        listing
    }

    fn problem() -> Problem {
        Problem {
            title: "t".into(),
            advice: "a".into(),
            detail: "d".into(),
        }
    }

    #[test]
    fn a_device_is_chosen_once() {
        let mut fleet = fleet(&["applivery:A", "applivery:B"]);
        let added = fleet.add(vec![
            (device("applivery:B"), None),
            (device("applivery:C"), None),
        ]);
        assert_eq!(added, [device("applivery:C")]);
        assert_eq!((fleet.len(), fleet.going()), (3, 3));
    }

    #[test]
    fn a_failed_refresh_keeps_what_was_read() {
        let mut fleet = fleet(&["applivery:A"]);
        let a = device("applivery:A");
        fleet.read(&a, &listing(PageEnd::Complete, 0), at(0));
        fleet.reading(&a);
        assert_eq!((fleet.going(), fleet.waiting()), (1, 1));
        fleet.failed(&a, problem());
        assert_eq!((fleet.problems().count(), fleet.waiting()), (1, 1));
        assert_eq!(
            fleet.read_at(),
            Some(at(0)),
            "the age is that of what is shown"
        );
    }

    #[test]
    fn what_arrives_for_a_removed_device_is_dropped() {
        let mut fleet = fleet(&["applivery:A"]);
        fleet.remove(&device("applivery:A"));
        fleet.read(
            &device("applivery:A"),
            &listing(PageEnd::Complete, 0),
            at(0),
        );
        assert!(fleet.is_empty());
        assert_eq!(fleet.going(), 0);
    }

    #[test]
    fn a_list_that_may_not_be_whole_is_marked() {
        for (end, undecodable, marked) in [
            (PageEnd::Complete, 0, None),
            (PageEnd::Complete, 2, Some(Incomplete::Undecodable(2))),
            (PageEnd::Repeated, 0, Some(Incomplete::Repeated)),
            (PageEnd::TooMany, 0, Some(Incomplete::TooMany)),
        ] {
            let mut fleet = fleet(&["applivery:A"]);
            fleet.read(&device("applivery:A"), &listing(end, undecodable), at(0));
            let (_, status) = fleet.devices().next().unwrap();
            assert_eq!(status.incomplete, marked);
        }
    }

    #[test]
    fn the_age_is_that_of_the_oldest_reading() {
        let mut fleet = fleet(&["applivery:A", "applivery:B"]);
        fleet.read(
            &device("applivery:A"),
            &listing(PageEnd::Complete, 0),
            at(9),
        );
        fleet.read(
            &device("applivery:B"),
            &listing(PageEnd::Complete, 0),
            at(3),
        );
        assert_eq!(fleet.read_at(), Some(at(3)));
    }

    #[test]
    fn a_name_stays_with_a_device_that_is_not_chosen() {
        let asset = "enos:asset:A1";
        let mut fleet = fleet(&["enos:asset:A2"]);
        let called = |fleet: &Fleet, name: &str| fleet.called(&device(name));
        assert_eq!(called(&fleet, asset), "asset:A1");
        fleet.remember(&[listed(asset, "enos:key:P/K1")]);
        assert_eq!(called(&fleet, asset), "Turbine 1 (asset:A1)");
        assert_eq!(called(&fleet, "enos:key:P/K1"), "Turbine 1 (key:P/K1)");
        assert_eq!((fleet.len(), fleet.has(&device(asset))), (1, false));
        // Chosen and named anew, it has its new name, also when it is taken out.
        fleet.add(vec![(device(asset), Some("Turbine 9".to_owned()))]);
        assert_eq!(called(&fleet, asset), "Turbine 9 (asset:A1)");
        fleet.remove(&device(asset));
        assert_eq!(called(&fleet, asset), "Turbine 9 (asset:A1)");
        fleet.add(vec![(device(asset), Some("Turbine 10".to_owned()))]);
        fleet.clear();
        assert_eq!(called(&fleet, asset), "Turbine 10 (asset:A1)");
        assert_eq!(called(&fleet, "enos:asset:A2"), "asset:A2");
    }

    const ASSET: &str = "enos:asset:A1";
    const KEY: &str = "enos:key:P/K1";

    /// What a device's list says: its command, and its other name where the provider tells it.
    fn told(name: &str, also: Option<&str>) -> Listing<Command> {
        let mut command = command(name, 1, "service invocation", CommandState::Pending);
        command.device_also = also.map(|also| Box::new(device(also)));
        Listing::new(vec![command], PageEnd::Complete)
    }

    fn listed(name: &str, also: &str) -> ListedDevice {
        let mut listed = ListedDevice::new(device(name));
        listed.also = Some(device(also));
        listed.name = Some("Turbine 1".to_owned());
        listed
    }

    #[test]
    fn one_device_under_two_names_is_one_whichever_tells_it() {
        // In whatever order they are read.
        for order in [[ASSET, KEY], [KEY, ASSET]] {
            let mut fleet = fleet(&[ASSET, KEY]);
            for name in order {
                let also = if name == ASSET { KEY } else { ASSET };
                fleet.read(&device(name), &told(name, Some(also)), at(0));
            }
            assert_eq!((fleet.len(), fleet.waiting(), fleet.going()), (1, 1, 0));
            assert_eq!(fleet.refs(), [device(ASSET)]);
            assert!(fleet.has(&device(ASSET)) && fleet.has(&device(KEY)));
            assert_eq!(fleet.store().rows().count(), 1);
        }
        // By the list of devices, before and after their commands are read.
        for is_read in [false, true] {
            let mut fleet = fleet(&[ASSET, KEY]);
            if is_read {
                for name in [ASSET, KEY] {
                    fleet.read(&device(name), &told(name, None), at(0));
                }
                assert_eq!((fleet.len(), fleet.waiting()), (2, 2));
            }
            let freed = fleet.learn(&[listed(KEY, ASSET)]);
            assert_eq!((fleet.len(), freed.len()), (1, usize::from(is_read)));
            let going = usize::from(!is_read);
            assert_eq!((fleet.going(), fleet.waiting()), (going, 1 - going));
        }
        // Chosen from the list of devices, where it is chosen already.
        let mut fleet = fleet(&[ASSET]);
        let (added, _) = fleet.add_listed(&[listed(KEY, ASSET)]);
        assert_eq!((added, fleet.len()), (Vec::new(), 1));
        assert!(!fleet.has_unnamed());
        let (added, _) = fleet.add_listed(&[listed("enos:key:P/K2", "enos:asset:A2")]);
        assert_eq!((added.len(), fleet.len()), (1, 2));
        assert!(fleet.add(vec![(device("enos:asset:A2"), None)]).is_empty());
    }

    #[test]
    fn what_only_may_be_one_device_stays_two() {
        let mut fleet = fleet(&[ASSET, KEY]);
        let mut listing = told(ASSET, Some(KEY));
        listing
            .items
            .push(command(ASSET, 2, "", CommandState::Sent));
        listing.items[1].device_also = Some(Box::new(device("enos:key:P/K9")));
        fleet.read(&device(ASSET), &listing, at(0));
        assert_eq!(fleet.len(), 2);
        // A command of another device tells nothing of this one.
        fleet.read(&device(ASSET), &told("enos:asset:A7", Some(KEY)), at(0));
        assert_eq!(fleet.len(), 2);
    }
}
