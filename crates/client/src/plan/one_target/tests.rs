use std::collections::HashSet;

use countermand_core_model::{
    AllPending, Command, CommandId, CommandState, DeviceRef, Organization, Provider,
};
use proptest::prelude::*;

use super::{CancelAll, Devices, ObservedState, Planned, each_once, key};

/// A device by one of its two names.
fn name(device: usize, by_key: bool) -> DeviceRef {
    let text = match by_key {
        true => format!("enos:key:P/{device}"),
        false => format!("enos:asset:{device}"),
    };
    text.parse().unwrap()
}

fn planned(device: DeviceRef, number: usize) -> Planned {
    let id = CommandId::parse(Provider::Enos, &number.to_string()).unwrap();
    let org = Organization::parse(Provider::Enos, "o").unwrap();
    let mut command = Command::new(org, device, id);
    command.state = CommandState::Pending;
    let seen = ObservedState::of(&command);
    Planned {
        seen,
        ..Planned::of(&command).unwrap()
    }
}

fn everything(device: DeviceRef, numbers: &[usize]) -> CancelAll {
    CancelAll {
        waiting: numbers
            .iter()
            .map(|number| planned(device.clone(), *number))
            .collect(),
        target: AllPending::on(device),
        newest_seen: None,
    }
}

/// Six devices with five commands each; a list of a device shows some of them, and always the newest.
fn lists() -> impl Strategy<Value = Vec<(usize, bool, Vec<usize>)>> {
    let list = (
        0_usize..6,
        any::<bool>(),
        prop::collection::vec(any::<bool>(), 4),
    )
        .prop_map(|(device, by_key, shown)| {
            let numbers = (0..4).filter(|at| shown[*at]).chain([4]);
            (device, by_key, numbers.map(|at| device * 5 + at).collect())
        });
    prop::collection::vec(list, 0..12)
}

proptest! {
    #[test]
    fn a_command_is_one_target_whatever_its_device_was_called(lists in lists()) {
        let all = || lists.iter().flat_map(|(device, by_key, numbers)| {
            let device = name(*device, *by_key);
            numbers.iter().map(move |number| planned(device.clone(), *number))
        });
        let expected: HashSet<Box<str>> = all().map(|planned| key(planned.id())).collect();
        let folded = each_once(all().collect());
        prop_assert_eq!(folded.len(), expected.len());
        let found: HashSet<Box<str>> = folded.iter().map(|planned| key(planned.id())).collect();
        prop_assert_eq!(&found, &expected);

        let mut devices = Devices::default();
        for (device, by_key, numbers) in &lists {
            let everything = everything(name(*device, *by_key), numbers);
            let ids: Vec<CommandId> = everything.waiting.iter().map(|planned| planned.id().clone()).collect();
            devices.add(everything, ids.iter());
        }
        let devices = devices.into_vec();
        let real: HashSet<usize> = lists.iter().map(|(device, ..)| *device).collect();
        prop_assert_eq!(devices.len(), real.len(), "one call for each device");
        let waiting: Vec<&Planned> = devices.iter().flat_map(|device| &device.waiting).collect();
        prop_assert_eq!(waiting.len(), expected.len());
        for device in &devices {
            for planned in &device.waiting {
                prop_assert_eq!(planned.device(), device.target.device());
            }
        }
    }
}

#[test]
fn the_name_that_the_provider_knows_is_kept() {
    let error = countermand_core_model::InvalidValue::new("device", "must be known", "x");
    let unread = Planned {
        seen: ObservedState::Error(std::sync::Arc::new(error.into())),
        ..planned(name(1, false), 7)
    };
    let folded = each_once(vec![
        unread,
        planned(name(1, true), 7),
        planned(name(1, false), 7),
    ]);
    let devices: Vec<String> = folded.iter().map(|one| one.device().to_string()).collect();
    assert_eq!(devices, ["enos:key:P/1"]);
}
