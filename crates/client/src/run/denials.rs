//! Denials in a row: a key that may not cancel is told from targets that it may not touch.

use std::collections::HashSet;

use countermand_core_model::DeviceRef;

/// So many cancels in a row have to be denied at least before nothing else can be meant.
const MOST: usize = 10;

/// On so many devices, where the plan has as many: one device alone may be out of bounds.
const DEVICES: usize = 3;

/// Counts cancels that the vendor denied, one after the other.
#[derive(Debug)]
pub(super) struct Denials {
    most: usize,
    in_a_row: usize,
    /// Some devices of the plan, no more than matter.
    planned: HashSet<DeviceRef>,
    /// Some devices of this row of denials, no more than matter.
    denied: HashSet<DeviceRef>,
}

impl Denials {
    /// `at_once` cancels are under way together: what they fare together counts once or so.
    pub(super) fn new(at_once: usize) -> Self {
        Self {
            most: MOST.max(at_once.saturating_mul(2)),
            in_a_row: 0,
            planned: HashSet::new(),
            denied: HashSet::new(),
        }
    }

    /// The plan has a target on this device.
    pub(super) fn plan(&mut self, device: &DeviceRef) {
        take(&mut self.planned, device);
    }

    /// A cancel was denied. True where nothing can be meant but that the key may not cancel.
    pub(super) fn denied(&mut self, device: &DeviceRef) -> bool {
        self.in_a_row += 1;
        take(&mut self.denied, device);
        self.in_a_row >= self.most && self.denied.len() >= self.planned.len().min(DEVICES)
    }

    /// A cancel was not denied.
    pub(super) fn end(&mut self) {
        self.in_a_row = 0;
        self.denied.clear();
    }
}

fn take(some: &mut HashSet<DeviceRef>, device: &DeviceRef) {
    if some.len() < DEVICES && !some.contains(device) {
        some.insert(device.clone());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn device(number: usize) -> DeviceRef {
        format!("applivery:device{number}").parse().unwrap()
    }

    /// After how many denials, one on each of these devices in turn, the run stops.
    fn stops_after(planned: usize, denied: usize, at_once: usize) -> Option<usize> {
        let mut denials = Denials::new(at_once);
        (0..planned).for_each(|number| denials.plan(&device(number)));
        (1..=1000).find(|nth| denials.denied(&device(nth % denied)))
    }

    #[test]
    fn so_many_in_a_row_stop_a_run_and_a_single_device_stops_only_a_run_of_its_own() {
        assert_eq!(stops_after(150, 150, 1), Some(10));
        assert_eq!(stops_after(150, 150, 8), Some(16));
        assert_eq!(stops_after(1, 1, 8), Some(16));
        assert_eq!(stops_after(2, 2, 8), Some(16));
        assert_eq!(stops_after(2, 1, 8), None);
        assert_eq!(stops_after(150, 2, 8), None);
    }

    #[test]
    fn one_that_is_not_denied_ends_the_row() {
        let mut denials = Denials::new(1);
        denials.plan(&device(0));
        for _ in 0..100 {
            for _ in 0..9 {
                assert!(!denials.denied(&device(0)));
            }
            denials.end();
        }
    }
}
