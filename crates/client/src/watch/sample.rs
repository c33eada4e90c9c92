//! Which devices are looked at next: a systematic sample of the fleet.
//!
//! The devices are sorted by stratum (whether they are online, how long they have been silent) and then by name, so that
//! neighbours are alike. The sample walks over this order by the golden ratio: however many looks follow one another, they
//! are spread evenly over the whole order, so each stratum gets its share of them, and so does each group of neighbours.
//! No device is looked at twice in a cycle. Within small cells of the order the seed says which device comes first.

#[cfg(test)]
mod tests;

use std::collections::{HashMap, HashSet};

use countermand_core_model::{Device, DeviceRef, Timestamp};

/// Into how many cells the order is divided. Within a cell it is random.
const CELLS: usize = 128;

/// Silences up to these are in a stratum each, in milliseconds: ten minutes, an hour, a day, a week.
const SILENCES: [i64; 4] = [600_000, 3_600_000, 86_400_000, 604_800_000];

/// Where a device is in the order.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
struct Place {
    stratum: Stratum,
    name: Box<str>,
}

/// Devices that are alike: whether they are online, and the number of their silence.
pub(super) type Stratum = (Option<bool>, usize);

/// Returns a device's stratum at `now`.
pub(super) fn stratum(device: &Device, now: Timestamp) -> Stratum {
    let silence = device.last_contact.map(|contact| {
        let silent = now.as_millis().saturating_sub(contact.as_millis());
        SILENCES.iter().filter(|longest| silent > **longest).count()
    });
    (device.is_online, silence.unwrap_or(SILENCES.len() + 1))
}

/// The devices of a fleet, in the order in which they are looked at.
#[derive(Clone, Debug)]
pub(super) struct Sample {
    known: HashMap<DeviceRef, Place>,
    /// Those that were looked at in this cycle.
    done: HashSet<DeviceRef>,
    walk: Walk,
    random: Random,
}

/// A walk over devices that comes to each once.
#[derive(Clone, Debug, Default)]
struct Walk {
    devices: Vec<DeviceRef>,
    /// The place of the next device, and how far it is to the one behind it.
    at: usize,
    step: usize,
    left: usize,
}

impl Sample {
    /// A sample of no devices. The same seed and the same devices give the same sample.
    pub(super) fn new(seed: u64) -> Self {
        Self {
            known: HashMap::new(),
            done: HashSet::new(),
            walk: Walk::default(),
            random: Random(seed),
        }
    }

    /// Returns how many devices there are.
    pub(super) fn len(&self) -> usize {
        self.known.len()
    }

    /// Returns whether a device is one of them.
    pub(super) fn knows(&self, device: &DeviceRef) -> bool {
        self.known.contains_key(device)
    }

    /// Takes in the devices as they are listed at `now`. If these are all, others have vanished.
    pub(super) fn list(&mut self, devices: &[Device], is_whole: bool, now: Timestamp) {
        if is_whole {
            self.known.clear();
        }
        for device in devices {
            let name = device.name.clone();
            let place = Place {
                stratum: stratum(device, now),
                name: name.unwrap_or_else(|| device.device.to_string()).into(),
            };
            self.known.insert(device.device.clone(), place);
        }
        self.done.retain(|device| self.known.contains_key(device));
        self.begin_walk();
    }

    /// Returns the device to look at next, if there is any.
    pub(super) fn next(&mut self) -> Option<DeviceRef> {
        if self.walk.left == 0 {
            self.done.clear();
            self.begin_walk();
        }
        let device = self.walk.next()?;
        self.done.insert(device.clone());
        Some(device)
    }

    /// Begins a walk over the devices that are left in this cycle.
    fn begin_walk(&mut self) {
        let left = self.known.iter();
        let left = left.filter(|(device, _)| !self.done.contains(*device));
        let mut left: Vec<_> = left.map(|(device, place)| (place, device)).collect();
        left.sort_unstable();
        let mut devices: Vec<_> = left.into_iter().map(|(_, device)| device.clone()).collect();
        let cell = devices.len().div_ceil(CELLS).max(1);
        for cell in devices.chunks_mut(cell) {
            self.random.shuffle(cell);
        }
        let at = self.random.below(devices.len());
        self.walk = Walk {
            at,
            step: golden_step(devices.len()),
            left: devices.len(),
            devices,
        };
    }
}

impl Walk {
    fn next(&mut self) -> Option<DeviceRef> {
        let device = self.devices.get(self.at)?.clone();
        self.left = self.left.checked_sub(1)?;
        self.at = (self.at + self.step) % self.devices.len();
        Some(device)
    }
}

/// Returns the step next to the golden ratio of `count` that comes to every place.
fn golden_step(count: usize) -> usize {
    const GOLDEN: f64 = 0.618_033_988_749_894_8;
    let ideal = (count as f64 * GOLDEN).round() as usize;
    let comes_everywhere = |step: &usize| greatest_common_divisor(*step, count) == 1;
    let up = (ideal.max(1)..=count).find(comes_everywhere);
    let down = (1..ideal.max(1)).rev().find(comes_everywhere);
    let near = [up, down].into_iter().flatten();
    near.min_by_key(|step| step.abs_diff(ideal)).unwrap_or(1)
}

fn greatest_common_divisor(one: usize, other: usize) -> usize {
    match other {
        0 => one,
        _ => greatest_common_divisor(other, one % other),
    }
}

/// Random numbers that a seed repeats: SplitMix64.
#[derive(Clone, Debug)]
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// Returns a number below `count`, or 0.
    fn below(&mut self, count: usize) -> usize {
        let product = u128::from(self.next()) * count as u128;
        (product >> 64) as usize
    }

    fn shuffle<T>(&mut self, items: &mut [T]) {
        for place in (1..items.len()).rev() {
            items.swap(place, self.below(place + 1));
        }
    }
}
