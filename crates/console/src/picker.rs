//! The provider's list of devices, searched and picked from.

use std::collections::HashSet;

use countermand_core_model::{Device, DeviceRef, Listing};

use super::problem::Problem;

/// How many devices are shown at once: a search narrows it down.
pub const SHOWN: usize = 200;

/// The list as far as it is known.
#[derive(Clone, Debug)]
pub enum Listed {
    /// It is being read.
    Loading,
    /// It was read.
    Ready {
        /// The devices.
        devices: Vec<Device>,
        /// Whether these are surely all devices.
        whole: bool,
    },
    /// It could not be read.
    Failed(Problem),
}

impl Listed {
    /// The list that was read.
    pub fn ready(listing: Listing<Device>) -> Self {
        Self::Ready {
            whole: listing.is_whole(),
            devices: listing.items,
        }
    }
}

/// The devices in which `search` occurs: all of them counted, the first [`SHOWN`] given.
pub fn matching<'a>(devices: &'a [Device], search: &str) -> (Vec<&'a Device>, usize) {
    let search = search.trim();
    let mut found = devices
        .iter()
        .filter(|device| search.is_empty() || device.matches(search));
    let shown: Vec<&Device> = found.by_ref().take(SHOWN).collect();
    let total = shown.len() + found.count();
    (shown, total)
}

/// The picked ones, in the order of the list.
pub fn picked(devices: &[Device], chosen: &HashSet<DeviceRef>) -> Vec<Device> {
    let devices = devices.iter();
    let picked = devices.filter(|device| chosen.contains(&device.device));
    picked.cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::device;

    fn fleet(count: usize) -> Vec<Device> {
        (0..count)
            .map(|number| {
                let mut device = Device::new(device(&format!("applivery:D{number}")));
                device.name = Some(format!("Till {number}"));
                device
            })
            .collect()
    }

    #[test]
    fn a_search_counts_all_and_shows_the_first() {
        let devices = fleet(500);
        let (shown, total) = matching(&devices, "");
        assert_eq!((shown.len(), total), (SHOWN, 500));
        let (shown, total) = matching(&devices, " till 49 ");
        assert_eq!((shown.len(), total), (11, 11), "49 and 490 to 499");
        let (_, total) = matching(&devices, "TILL 4");
        assert_eq!(total, 111);
    }

    #[test]
    fn the_picked_ones_keep_their_names_and_order() {
        let devices = fleet(5);
        let chosen = HashSet::from([
            device("applivery:D4"),
            device("applivery:D1"),
            device("applivery:X"),
        ]);
        let names: Vec<_> = picked(&devices, &chosen)
            .into_iter()
            .map(|device| device.name.unwrap())
            .collect();
        assert_eq!(names, ["Till 1", "Till 4"]);
    }
}
