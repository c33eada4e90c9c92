//! The devices that were chosen, and what was read of each.

use std::sync::Arc;

use countermand_core_model::{Command, CommandState, DeviceRef, Listing, PageEnd, Timestamp};

use super::problem::Problem;

/// How many devices are read at once.
pub const AT_ONCE: usize = 6;

/// How far the reading of a device is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reading {
    /// It is being read, or waits for its turn.
    Going,
    /// It was read.
    Done,
    /// It could not be read.
    Failed(Problem),
}

/// A chosen device with its commands.
#[derive(Clone, Debug)]
pub struct Chosen {
    /// The device.
    pub device: DeviceRef,
    /// Its name, where it was picked from the vendor's list.
    pub name: Option<String>,
    /// How far reading it is.
    pub reading: Reading,
    /// Its commands, as they were last read: kept while they are read again.
    pub commands: Vec<Arc<Command>>,
    /// Why there may be more commands than these.
    pub incomplete: Option<Incomplete>,
    /// When they were read.
    pub read_at: Option<Timestamp>,
}

/// Why a list may not be whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Incomplete {
    /// The vendor promised more, and repeated itself.
    Repeated,
    /// There are more pages than are read.
    TooMany,
    /// So many items could not be decoded.
    Undecodable(usize),
}

impl Incomplete {
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

impl Chosen {
    /// How many of its commands wait.
    pub fn waiting(&self) -> usize {
        self.commands
            .iter()
            .filter(|command| command.state == CommandState::Pending)
            .count()
    }
}

/// Every chosen device, in the order in which they were chosen.
#[derive(Clone, Debug, Default)]
pub struct Fleet {
    devices: Vec<Chosen>,
}

impl Fleet {
    /// The devices.
    pub fn devices(&self) -> &[Chosen] {
        &self.devices
    }

    /// The devices' references.
    pub fn refs(&self) -> Vec<DeviceRef> {
        self.devices
            .iter()
            .map(|chosen| chosen.device.clone())
            .collect()
    }

    /// A device, if it is chosen.
    pub fn get(&self, device: &DeviceRef) -> Option<&Chosen> {
        self.devices.iter().find(|chosen| chosen.device == *device)
    }

    fn get_mut(&mut self, device: &DeviceRef) -> Option<&mut Chosen> {
        self.devices
            .iter_mut()
            .find(|chosen| chosen.device == *device)
    }

    /// Adds those that are not there yet, and tells which these are.
    pub fn add(&mut self, devices: Vec<(DeviceRef, Option<String>)>) -> Vec<DeviceRef> {
        let mut added = Vec::new();
        for (device, name) in devices {
            if self.get(&device).is_some() {
                continue;
            }
            added.push(device.clone());
            self.devices.push(Chosen {
                device,
                name,
                reading: Reading::Going,
                commands: Vec::new(),
                incomplete: None,
                read_at: None,
            });
        }
        added
    }

    /// Takes a device out, with what was read of it.
    pub fn remove(&mut self, device: &DeviceRef) {
        self.devices.retain(|chosen| chosen.device != *device);
    }

    /// A device is being read.
    pub fn reading(&mut self, device: &DeviceRef) {
        if let Some(chosen) = self.get_mut(device) {
            chosen.reading = Reading::Going;
        }
    }

    /// A device was read. One that was taken out meanwhile stays out.
    pub fn read(&mut self, device: &DeviceRef, listing: Listing<Command>, at: Timestamp) {
        if let Some(chosen) = self.get_mut(device) {
            chosen.incomplete = Incomplete::of(&listing);
            chosen.commands = listing.items.into_iter().map(Arc::new).collect();
            chosen.reading = Reading::Done;
            chosen.read_at = Some(at);
        }
    }

    /// A device could not be read. What was read earlier stays.
    pub fn failed(&mut self, device: &DeviceRef, problem: Problem) {
        if let Some(chosen) = self.get_mut(device) {
            chosen.reading = Reading::Failed(problem);
        }
    }

    /// How many are being read.
    pub fn going(&self) -> usize {
        self.devices
            .iter()
            .filter(|chosen| chosen.reading == Reading::Going)
            .count()
    }

    /// Those that could not be read, each with the reason.
    pub fn problems(&self) -> impl Iterator<Item = (&Chosen, &Problem)> {
        self.devices
            .iter()
            .filter_map(|chosen| match &chosen.reading {
                Reading::Failed(problem) => Some((chosen, problem)),
                _ => None,
            })
    }

    /// Since when everything shown is true at least: the oldest reading.
    pub fn read_at(&self) -> Option<Timestamp> {
        self.devices
            .iter()
            .filter_map(|chosen| chosen.read_at)
            .min()
    }

    /// Was anything read at all?
    pub fn is_read(&self) -> bool {
        self.devices.iter().any(|chosen| chosen.read_at.is_some())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::testing::{at, command, device};

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
        assert_eq!(fleet.devices().len(), 3);
    }

    #[test]
    fn a_failed_refresh_keeps_what_was_read() {
        let mut fleet = fleet(&["applivery:A"]);
        let a = device("applivery:A");
        fleet.read(&a, listing(PageEnd::Complete, 0), at(0));
        fleet.reading(&a);
        assert_eq!((fleet.going(), fleet.devices()[0].waiting()), (1, 1));
        fleet.failed(&a, problem());
        assert_eq!(
            (fleet.problems().count(), fleet.devices()[0].waiting()),
            (1, 1)
        );
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
        fleet.read(&device("applivery:A"), listing(PageEnd::Complete, 0), at(0));
        assert!(fleet.devices().is_empty());
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
            fleet.read(&device("applivery:A"), listing(end, undecodable), at(0));
            assert_eq!(fleet.devices()[0].incomplete, marked);
        }
    }

    #[test]
    fn the_age_is_that_of_the_oldest_reading() {
        let mut fleet = fleet(&["applivery:A", "applivery:B"]);
        fleet.read(&device("applivery:A"), listing(PageEnd::Complete, 0), at(9));
        fleet.read(&device("applivery:B"), listing(PageEnd::Complete, 0), at(3));
        assert_eq!(fleet.read_at(), Some(at(3)));
    }
}
