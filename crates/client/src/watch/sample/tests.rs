use std::collections::BTreeMap;

use countermand_core_model::Provider;
use proptest::prelude::*;

use super::*;

const NOW: i64 = 1_800_000_000_000;

fn now() -> Timestamp {
    Timestamp::from_millis(NOW).unwrap()
}

fn device(number: usize, silent_ms: Option<i64>, is_online: Option<bool>) -> Device {
    let id = format!("{number:024x}");
    let name = DeviceRef::parse_for(Provider::Applivery, &id).unwrap();
    let mut device = Device::new(name);
    device.name = Some(format!("site-{:02}-{number:05}", number % 40));
    device.last_contact = silent_ms.and_then(|silent| Timestamp::from_millis(NOW - silent));
    device.is_online = is_online;
    device
}

/// A fleet of which 40% are online, and the others silent for very different times.
fn fleet(count: usize) -> Vec<Device> {
    let devices = (0..count).map(|number| match number % 10 {
        0..4 => device(number, Some(1_000), Some(true)),
        4..6 => device(number, Some(2_000_000), Some(false)),
        6..9 => device(number, Some(40_000_000), Some(false)),
        _ => device(number, None, None),
    });
    devices.collect()
}

fn sample(seed: u64, devices: &[Device]) -> Sample {
    let mut sample = Sample::new(seed);
    sample.list(devices, true, now());
    sample
}

fn take(sample: &mut Sample, count: usize) -> Vec<DeviceRef> {
    (0..count).map_while(|_| sample.next()).collect()
}

#[test]
fn a_hundred_looks_are_spread_over_all_strata() {
    let devices = fleet(10_000);
    let strata: HashMap<_, _> = devices
        .iter()
        .map(|device| (device.device.clone(), stratum(device, now())))
        .collect();
    let mut sample = sample(3, &devices);
    // From anywhere in the cycle, and across its end.
    take(&mut sample, 4_321);
    for _ in 0..80 {
        let mut counts: BTreeMap<Stratum, usize> = BTreeMap::new();
        for device in take(&mut sample, 100) {
            *counts.entry(strata[&device]).or_default() += 1;
        }
        let counts: Vec<usize> = counts.into_values().collect();
        let expected = [10, 20, 30, 40];
        let mut sorted = counts.clone();
        sorted.sort_unstable();
        for (found, expected) in sorted.iter().zip(expected) {
            assert!(found.abs_diff(expected) <= 3, "{counts:?}");
        }
        assert_eq!(counts.iter().sum::<usize>(), 100);
    }
}

#[test]
fn a_group_of_neighbours_is_found_soon() {
    let devices = fleet(10_000);
    for seed in 0..50 {
        let mut sample = sample(seed, &devices);
        let order = sample.walk.devices.clone();
        let group: HashSet<_> = order[3_000..3_500].iter().cloned().collect();
        take(&mut sample, usize::try_from(seed).unwrap() * 173);
        let looks = take(&mut sample, 60);
        assert!(looks.iter().any(|device| group.contains(device)), "{seed}");
    }
}

#[test]
fn an_organization_without_devices_has_no_next_one() {
    let mut sample = sample(1, &[]);
    assert_eq!((sample.next(), sample.len()), (None, 0));
    sample.list(&fleet(1), true, now());
    assert_eq!(take(&mut sample, 3).len(), 3);
}

#[test]
fn a_seed_repeats_a_sample_and_another_gives_another() {
    let devices = fleet(500);
    let looks = |seed| take(&mut sample(seed, &devices), 700);
    assert_eq!(looks(7), looks(7));
    assert_ne!(looks(7), looks(8));
}

#[test]
fn what_joins_is_looked_at_in_this_cycle_and_what_vanished_is_not() {
    let devices = fleet(300);
    let mut sample = sample(5, &devices[..200]);
    let mut looked = take(&mut sample, 100);
    // The first fifty are gone, and a hundred are new.
    sample.list(&devices[50..], true, now());
    let left = devices[50..].iter().map(|device| device.device.clone());
    let left: HashSet<_> = left.filter(|device| !looked.contains(device)).collect();
    let then: HashSet<_> = take(&mut sample, left.len()).into_iter().collect();
    assert_eq!(then, left);
    // A list that is not whole takes nothing away.
    sample.list(&devices[..10], false, now());
    assert_eq!(sample.len(), 260);
    looked.clear();
    take(&mut sample, 10);
    let all: HashSet<_> = take(&mut sample, 260).into_iter().collect();
    assert_eq!(all.len(), 260);
}

proptest! {
    /// Whatever joins and vanishes, no device is looked at twice in a cycle, and each in every cycle.
    #[test]
    fn each_device_once_in_a_cycle(count in 1_usize..400, seed in any::<u64>(), first in 0_usize..400) {
        let devices = fleet(count);
        let mut sample = sample(seed, &devices);
        let first = first.min(count);
        let mut looked = take(&mut sample, first);
        sample.list(&devices, true, now());
        looked.extend(take(&mut sample, count - first));
        let distinct: HashSet<_> = looked.iter().collect();
        prop_assert_eq!(distinct.len(), count);
        let next: HashSet<_> = take(&mut sample, count).into_iter().collect();
        prop_assert_eq!(next.len(), count);
    }

    /// The step comes to every place.
    #[test]
    fn a_step_comes_everywhere(count in 1_usize..5_000) {
        let step = golden_step(count);
        prop_assert!(step >= 1 && step <= count);
        prop_assert_eq!(greatest_common_divisor(step, count), 1);
    }
}
