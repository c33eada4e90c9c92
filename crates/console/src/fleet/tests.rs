use countermand_core_model::PageEnd;

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
