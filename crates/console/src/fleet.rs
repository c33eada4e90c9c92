//! The devices that were chosen, and what was read of each.

use countermand_core_model::{
    Command, CommandId, CommandState, DeviceRef, Listing, PageEnd, Timestamp,
};
use countermand_table::{Changes, Device, DeviceIx, RowId, Store};

use super::problem::Problem;
use crate::text::table;

/// How many devices are read at once: as many as a browser opens connections to one host.
pub const AT_ONCE: usize = 6;

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

    /// Returns what people call a device: its name, where it is chosen and has one.
    pub fn name(&self, device: &DeviceRef) -> Option<&str> {
        self.store.device(self.store.find(device)?).name()
    }

    /// Returns what a device is called in a sentence or a list: its name or, without one, its reference.
    pub fn called(&self, device: &DeviceRef) -> String {
        self.name(device)
            .map_or_else(|| device.short(), str::to_owned)
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

    /// Takes a device out, with what was read of it.
    pub fn remove(&mut self, device: &DeviceRef) -> Changes {
        let Some(ix) = self.store.find(device) else {
            return Changes::default();
        };
        self.set(ix, Reading::Done);
        self.store.remove(ix)
    }

    /// Takes all out.
    pub fn clear(&mut self) {
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
        let Some(ix) = self.store.find(device) else {
            return Changes::default();
        };
        self.set(ix, Reading::Done);
        if let Some(status) = self.statuses.get_mut(ix.index()) {
            status.incomplete = Incomplete::of(listing);
            status.read_at = Some(at);
        }
        self.store.replace(ix, &listing.items)
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
}
