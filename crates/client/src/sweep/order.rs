//! The order in which a sweep looks at devices: those first that are likely to act soonest and have not acted yet.
//!
//! A command that waits for a device is carried out when the device is next in contact. When that will be is not known, but
//! the longer a device has been silent, the longer it is likely to stay silent. So:
//!
//! 1. devices that the provider says are online: what waits there is about to go out;
//! 2. the others, by their last contact, the latest first;
//! 3. devices that were in contact after the wrong commands were given: they have most likely acted. They are still looked
//!    at, because a contact is no proof.
//!
//! Devices of which no contact is known come in the middle of the second group, where half of the others are before them:
//! nothing says that they are early, or late.
//!
//! When the wrong commands were given is learned from those that are found. Until the first, devices from all over the order
//! are looked at, so that a fleet whose latest contacts have all acted costs a few looks and not thousands. A stretch of
//! the order in which next to nothing is found is put behind the others: there, a contact does not mean what it seems to.

#[cfg(test)]
mod tests;

use std::{
    cmp::Reverse,
    collections::{BTreeMap, HashMap, VecDeque},
};

use countermand_core_model::{Device, DeviceRef, Timestamp};

/// How many looks are spread over all devices, if nothing is found before.
const SPREAD: usize = 32;

/// How many looks tell whether a stretch is worth it.
const TELLING: usize = 24;

/// A stretch is put behind the others where fewer than one look in so many finds anything.
const POOR: usize = 8;

/// The shortest silence that makes a difference, in milliseconds. Each stretch is twice as long as the one before.
const SHORTEST: i64 = 30_000;

/// A part of the order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Stretch {
    Online,
    /// Silent for about so many doublings of the shortest silence when the wrong commands were given.
    Silent(u32),
    /// Nothing is known of its contacts.
    Unknown,
    /// In contact since.
    Since,
}

/// The place in a stretch: the latest contact first, then in the order in which the devices became known.
type Place = (Reverse<Option<Timestamp>>, usize);

/// What is known of a device.
#[derive(Clone, Copy, Debug)]
struct Known {
    number: usize,
    contact: Option<Timestamp>,
    is_online: Option<bool>,
    is_waiting: bool,
    /// Something was found on it before.
    is_found: bool,
}

/// How often a stretch was looked at, and how often something was found.
#[derive(Clone, Copy, Debug, Default)]
struct Yield {
    looks: usize,
    finds: usize,
}

/// The devices of a sweep that are still to be looked at.
#[derive(Clone, Debug)]
pub(crate) struct SweepOrder {
    known: HashMap<DeviceRef, Known>,
    waiting: BTreeMap<Stretch, BTreeMap<Place, DeviceRef>>,
    /// Devices on which something was found before: they come first.
    found: VecDeque<DeviceRef>,
    again: VecDeque<DeviceRef>,
    /// Where each look under way was begun.
    looks: HashMap<DeviceRef, Stretch>,
    yields: HashMap<Stretch, Yield>,
    /// When the wrong commands were given; when the sweep began as long as that is not known.
    reference: Timestamp,
    is_learned: bool,
    begun: usize,
    /// How many looks were begun at silent devices.
    silent_begun: usize,
}

impl SweepOrder {
    /// Returns the order of a sweep that begins `now`.
    pub(crate) fn beginning(now: Timestamp) -> Self {
        Self {
            known: HashMap::new(),
            waiting: BTreeMap::new(),
            found: VecDeque::new(),
            again: VecDeque::new(),
            looks: HashMap::new(),
            yields: HashMap::new(),
            reference: now,
            is_learned: false,
            begun: 0,
            silent_begun: 0,
        }
    }

    /// Takes in a device as a list shows it. Returns whether it is a new one.
    pub(crate) fn add(&mut self, device: &Device) -> bool {
        let number = self.known.len();
        let is_new = !self.is_known(device);
        let name = self.name(device).clone();
        let known = self.known.entry(name.clone()).or_insert(Known {
            number,
            contact: None,
            is_online: None,
            is_waiting: true,
            is_found: false,
        });
        let before = known.place(self.reference);
        known.contact = known.contact.max(device.last_contact);
        known.is_online = device.is_online.or(known.is_online);
        let known = *known;
        if known.is_waiting {
            self.remove(before);
            self.insert(known, name);
        }
        is_new
    }

    /// Takes in a device on which something was found before.
    pub(crate) fn add_found(&mut self, device: DeviceRef) {
        let known = Known {
            number: self.known.len(),
            contact: None,
            is_online: None,
            is_waiting: false,
            is_found: true,
        };
        if self.known.insert(device.clone(), known).is_none() {
            self.found.push_back(device);
        }
    }

    /// Removes and returns the device to look at next. The result is told to [`Self::looked_at`] or [`Self::try_again`].
    pub(crate) fn next(&mut self) -> Option<DeviceRef> {
        if let Some(device) = self.found.pop_front() {
            return Some(device);
        }
        match !self.is_learned && self.begun < SPREAD {
            true => self.take(self.spread()),
            false => self.next_likeliest(),
        }
    }

    /// Like [`Self::next`], of the devices on which something was found before.
    pub(crate) fn next_found(&mut self) -> Option<DeviceRef> {
        self.found.pop_front().or_else(|| {
            let at = self.again.iter().position(|device| self.is_found(device))?;
            self.again.remove(at)
        })
    }

    fn is_found(&self, device: &DeviceRef) -> bool {
        self.known.get(device).is_some_and(|known| known.is_found)
    }

    /// Like [`Self::next`], as if something had been found.
    pub(crate) fn next_likeliest(&mut self) -> Option<DeviceRef> {
        self.take(self.likeliest())
    }

    fn take(&mut self, place: Option<(Stretch, Place)>) -> Option<DeviceRef> {
        let device = match place {
            Some(place) => self.remove(place)?,
            None => return self.again.pop_front(),
        };
        let known = self.known.get_mut(&device)?;
        known.is_waiting = false;
        let (stretch, _) = known.place(self.reference);
        self.looks.insert(device.clone(), stretch);
        self.begun += 1;
        self.silent_begun += usize::from(matches!(stretch, Stretch::Silent(_)));
        Some(device)
    }

    /// The place that is likely to act first.
    fn likeliest(&self) -> Option<(Stretch, Place)> {
        let is_middle = self.silent_begun >= self.silent();
        let rank = |stretch: &Stretch| {
            let group = match stretch {
                Stretch::Online => 0,
                Stretch::Unknown if is_middle => 1,
                Stretch::Silent(_) => 2,
                Stretch::Unknown => 3,
                Stretch::Since => return (true, 4, *stretch),
            };
            (self.is_poor(*stretch), group, *stretch)
        };
        let stretches = self.waiting.iter().min_by_key(|(stretch, _)| rank(stretch));
        let (stretch, places) = stretches?;
        let place = match stretch {
            // Of those in contact since, the first ones may have been in contact just before.
            Stretch::Since => places.keys().next_back(),
            _ => places.keys().next(),
        };
        Some((*stretch, *place?))
    }

    fn is_poor(&self, stretch: Stretch) -> bool {
        let known = self.yields.get(&stretch).copied().unwrap_or_default();
        known.looks >= TELLING && known.finds * POOR < known.looks
    }

    /// A place as far as possible from those that were looked at before: halves, quarters, eighths of the order.
    fn spread(&self) -> Option<(Stretch, Place)> {
        let turn = u32::try_from(self.begun).ok()?;
        let share = f64::from(turn.reverse_bits()) / f64::from(u32::MAX);
        let at = (share * self.waiting() as f64) as usize;
        let places = self.waiting.iter().flat_map(|(stretch, places)| {
            let places = places.keys();
            places.map(|place| (*stretch, *place))
        });
        places.take(at + 1).last()
    }

    /// Takes note that a device was looked at, and when each matching command was given.
    pub(crate) fn looked_at(
        &mut self,
        device: &DeviceRef,
        found: impl IntoIterator<Item = Option<Timestamp>>,
    ) {
        let Some(stretch) = self.looks.remove(device) else {
            return;
        };
        let mut found = found.into_iter().peekable();
        let known = self.yields.entry(stretch).or_default();
        known.looks += 1;
        known.finds += usize::from(found.peek().is_some());
        if let Some(given) = found.flatten().max() {
            let later = given.as_millis().saturating_sub(self.reference.as_millis());
            if !self.is_learned || later > SHORTEST {
                self.learn(given);
            }
        }
    }

    /// Puts a device that could not be looked at behind all others.
    pub(crate) fn try_again(&mut self, device: DeviceRef) {
        self.looks.remove(&device);
        self.again.push_back(device);
    }

    /// Learns when the latest of the wrong commands were given.
    fn learn(&mut self, given: Timestamp) {
        self.is_learned = true;
        self.reference = given;
        self.yields.clear();
        let waiting = std::mem::take(&mut self.waiting);
        for device in waiting.into_values().flat_map(BTreeMap::into_values) {
            if let Some(known) = self.known.get(&device).copied() {
                self.insert(known, device);
            }
        }
    }

    fn insert(&mut self, known: Known, device: DeviceRef) {
        let (stretch, place) = known.place(self.reference);
        self.waiting
            .entry(stretch)
            .or_default()
            .insert(place, device);
    }

    fn remove(&mut self, (stretch, place): (Stretch, Place)) -> Option<DeviceRef> {
        let places = self.waiting.get_mut(&stretch)?;
        let device = places.remove(&place);
        if places.is_empty() {
            self.waiting.remove(&stretch);
        }
        device
    }

    /// Returns whether a device is to be looked at.
    pub(crate) fn has_next(&self) -> bool {
        !(self.found.is_empty() && self.waiting.is_empty() && self.again.is_empty())
    }

    /// Returns whether a device is to be looked at on which something was found before.
    pub(crate) fn has_found(&self) -> bool {
        !self.found.is_empty() || self.again.iter().any(|device| self.is_found(device))
    }

    /// Returns the devices that are to be looked at.
    #[cfg(test)]
    pub(crate) fn to_look_at(&self) -> std::collections::BTreeSet<&DeviceRef> {
        let waiting = self.waiting.values().flat_map(BTreeMap::values);
        waiting.chain(&self.found).chain(&self.again).collect()
    }

    /// Returns whether a device is known, by either of its names.
    pub(crate) fn is_known(&self, device: &Device) -> bool {
        self.known.contains_key(self.name(device))
    }

    /// Returns the name by which a device is known, or is to be known.
    fn name<'d>(&self, device: &'d Device) -> &'d DeviceRef {
        let also = device.also.as_ref();
        let also = also.filter(|also| self.known.contains_key(*also));
        also.unwrap_or(&device.device)
    }

    /// Returns how many devices are known.
    pub(crate) fn known(&self) -> usize {
        self.known.len()
    }

    /// Returns how many are still to be looked at for the first time.
    pub(crate) fn waiting(&self) -> usize {
        self.waiting.values().map(BTreeMap::len).sum()
    }

    /// Returns how many silent devices are still to be looked at: another list of the devices would tell which of them have
    /// come back.
    pub(crate) fn silent(&self) -> usize {
        let silent = self.waiting.iter();
        let silent = silent.filter(|(stretch, _)| matches!(stretch, Stretch::Silent(_)));
        silent.map(|(_, places)| places.len()).sum()
    }

    /// Removes and returns the devices that were not looked at.
    pub(crate) fn take_left(&mut self) -> impl Iterator<Item = DeviceRef> + use<> {
        let waiting = std::mem::take(&mut self.waiting);
        let waiting = waiting.into_values().flat_map(BTreeMap::into_values);
        let found = std::mem::take(&mut self.found).into_iter();
        found.chain(waiting).chain(std::mem::take(&mut self.again))
    }
}

impl Known {
    fn place(&self, reference: Timestamp) -> (Stretch, Place) {
        let stretch = match (self.is_online, self.contact) {
            (_, Some(contact)) if contact > reference => Stretch::Since,
            (Some(true), _) => Stretch::Online,
            (_, Some(contact)) => {
                let silent = reference.as_millis().saturating_sub(contact.as_millis());
                let doublings = (silent / SHORTEST).checked_ilog2();
                Stretch::Silent(doublings.map_or(0, |doublings| doublings + 1))
            }
            (_, None) => Stretch::Unknown,
        };
        (stretch, (Reverse(self.contact), self.number))
    }
}
