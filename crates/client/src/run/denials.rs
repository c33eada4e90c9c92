//! Denials in a row, which tell a key that may not cancel from targets that it may not touch.

use std::collections::HashSet;

use countermand_core_model::{DenialScope, DeviceRef, Provider};

/// The fewest denials in a row that mean that the key may not cancel.
const MOST: usize = 10;

/// On how many devices, if the plan has as many, where a provider denies by device: a single device may be off
/// limits.
const DEVICES: usize = 3;

/// Counts the cancels denied in a row.
#[derive(Debug)]
pub(super) struct Denials {
    most: usize,
    devices: usize,
    in_a_row: usize,
    /// Devices of the plan, as many as matter.
    planned: HashSet<DeviceRef>,
    /// Devices denied in a row, as many as matter.
    denied: HashSet<DeviceRef>,
}

impl Denials {
    /// `at_once` cancels are sent together, so their denials count about once.
    pub(super) fn new(provider: Provider, at_once: usize) -> Self {
        Self {
            devices: match provider.descriptor().denial_scope {
                DenialScope::Key => 1,
                DenialScope::Device => DEVICES,
            },
            most: MOST.max(at_once.saturating_mul(2)),
            in_a_row: 0,
            planned: HashSet::new(),
            denied: HashSet::new(),
        }
    }

    /// Takes note of a device of the plan.
    pub(super) fn plan(&mut self, device: &DeviceRef) {
        take(&mut self.planned, device, self.devices);
    }

    /// Takes note of a denied cancel. Returns whether the key may not cancel.
    pub(super) fn denied(&mut self, device: &DeviceRef) -> bool {
        self.in_a_row += 1;
        take(&mut self.denied, device, self.devices);
        self.in_a_row >= self.most && self.denied.len() >= self.planned.len()
    }

    /// Takes note of a cancel that was not denied.
    pub(super) fn end(&mut self) {
        self.in_a_row = 0;
        self.denied.clear();
    }
}

fn take(some: &mut HashSet<DeviceRef>, device: &DeviceRef, most: usize) {
    if some.len() < most && !some.contains(device) {
        some.insert(device.clone());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn device(number: usize) -> DeviceRef {
        format!("enos:asset:{number}").parse().unwrap()
    }

    /// After how many denials, one on each of these devices in turn, the run stops.
    fn stops_after(
        provider: Provider,
        planned: usize,
        denied: usize,
        at_once: usize,
    ) -> Option<usize> {
        let mut denials = Denials::new(provider, at_once);
        (0..planned).for_each(|number| denials.plan(&device(number)));
        (1..=1000).find(|nth| denials.denied(&device(nth % denied)))
    }

    #[test]
    fn so_many_in_a_row_stop_a_run_and_a_single_device_stops_only_a_run_of_its_own() {
        for provider in Provider::ALL {
            assert_eq!(stops_after(provider, 150, 150, 1), Some(10));
            assert_eq!(stops_after(provider, 150, 150, 8), Some(16));
            assert_eq!(stops_after(provider, 1, 1, 8), Some(16));
            assert_eq!(stops_after(provider, 2, 2, 8), Some(16));
        }
        assert_eq!(stops_after(Provider::Enos, 2, 1, 8), None);
        assert_eq!(stops_after(Provider::Enos, 150, 2, 8), None);
        assert_eq!(stops_after(Provider::Applivery, 150, 1, 8), Some(16));
    }

    #[test]
    fn one_that_is_not_denied_ends_the_row() {
        let mut denials = Denials::new(Provider::Enos, 1);
        denials.plan(&device(0));
        for _ in 0..100 {
            for _ in 0..9 {
                assert!(!denials.denied(&device(0)));
            }
            denials.end();
        }
    }
}
