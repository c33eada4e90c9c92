use super::*;

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_millis(1_772_352_000_000 + seconds * 1_000).unwrap()
}

fn device(name: &str) -> Device {
    Device::new(format!("applivery:{name}").parse().unwrap())
}

fn silent(name: &str, since: i64) -> Device {
    let mut device = device(name);
    device.last_contact = Some(at(since));
    device
}

/// Everything that is still to come, as nothing more is learned.
fn rest(order: &mut SweepOrder) -> Vec<String> {
    std::iter::from_fn(|| order.next())
        .map(|device| device.to_string().replace("applivery:", ""))
        .collect()
}

/// An order that has learned that the wrong commands were given at second 0.
fn learned() -> SweepOrder {
    let mut order = SweepOrder::beginning(at(120));
    order.add(&silent("first", -1));
    let first = order.next().unwrap();
    order.looked_at(&first, [Some(at(0))]);
    order
}

#[test]
fn who_was_heard_of_last_comes_first_and_who_came_back_since_last() {
    let mut order = learned();
    for device in [
        silent("a_day", -86_400),
        silent("back_since", 60),
        silent("an_hour", -3_600),
        silent("just_back", 1),
        silent("a_minute", -60),
    ] {
        assert!(order.add(&device));
        assert!(!order.add(&device), "it is the same one");
    }
    assert_eq!(order.known(), 6);
    let expected = ["a_minute", "an_hour", "a_day", "just_back", "back_since"];
    assert_eq!(rest(&mut order), expected);
}

#[test]
fn who_is_online_comes_first_of_all() {
    let mut order = learned();
    let mut online = device("online");
    online.is_online = Some(true);
    let mut offline = device("offline");
    offline.is_online = Some(false);
    for device in [silent("a_minute", -60), offline, online] {
        order.add(&device);
    }
    assert_eq!(order.next().unwrap().to_string(), "applivery:online");
}

#[test]
fn of_whom_nothing_is_known_comes_in_the_middle() {
    let mut order = learned();
    for number in 0..10 {
        order.add(&silent(&format!("s{number}"), -60 << number));
    }
    order.add(&device("unknown"));
    let rest = rest(&mut order);
    let place = rest.iter().position(|name| name == "unknown").unwrap();
    assert!((4..=6).contains(&place), "{rest:?}");
}

#[test]
fn the_first_looks_are_spread_over_all_until_something_is_found() {
    let mut order = SweepOrder::beginning(at(120));
    for number in 0..1_000 {
        order.add(&silent(&format!("s{number}"), 119 - number));
    }
    let number = |device: DeviceRef| -> i64 {
        let name = device.to_string().replace("applivery:s", "");
        name.parse().unwrap()
    };
    let mut first: Vec<i64> = Vec::new();
    for _ in 0..8 {
        let device = order.next().unwrap();
        order.looked_at(&device, []);
        first.push(number(device));
    }
    let mut eighths: Vec<i64> = first.iter().map(|number| number * 8 / 1_000).collect();
    eighths.sort_unstable();
    eighths.dedup();
    assert_eq!(eighths.len(), 8, "{first:?}");
    // Of those heard of since second 0, the sweep has nothing to expect any more.
    let device = order.next().unwrap();
    order.looked_at(&device, [Some(at(0))]);
    assert!(number(order.next().unwrap()) >= 119);
}

#[test]
fn an_older_command_that_also_matches_does_not_mislead_for_long() {
    let mut order = SweepOrder::beginning(at(120));
    order.add(&silent("old", -80_000));
    // The very first look finds one of last week.
    let first = order.next().unwrap();
    order.looked_at(&first, [Some(at(-600_000))]);
    for number in 0..100 {
        order.add(&silent(&format!("s{number}"), -10 - number));
    }
    order.add(&silent("back", 50));
    let second = order.next().unwrap();
    order.looked_at(&second, [Some(at(0))]);
    let rest = rest(&mut order);
    assert_eq!(rest.last().unwrap(), "back");
    assert!(rest[0].starts_with('s'), "{rest:?}");
}

#[test]
fn a_stretch_in_which_nothing_is_found_is_put_behind_the_others() {
    let mut order = learned();
    for number in 0..60 {
        order.add(&silent(&format!("recent{number}"), -61 - number % 30));
        order.add(&silent(&format!("older{number}"), -10_000 - number));
    }
    let mut looked = Vec::new();
    for _ in 0..60 {
        let device = order.next().unwrap();
        let is_older = device.to_string().contains("older");
        order.looked_at(&device, is_older.then_some(Some(at(0))));
        looked.push(is_older);
    }
    let wasted = looked.iter().filter(|is_older| !**is_older).count();
    assert_eq!(wasted, TELLING, "{looked:?}");
    assert_eq!(rest(&mut order).len(), 60, "all are looked at in the end");
}

#[test]
fn who_comes_back_meanwhile_loses_its_turn() {
    let mut order = learned();
    order.add(&silent("a", -60));
    order.add(&silent("b", -90));
    order.add(&silent("a", 200));
    assert_eq!(rest(&mut order), ["b", "a"]);
}

#[test]
fn who_could_not_be_looked_at_is_tried_after_all_others_and_none_is_lost() {
    let mut order = learned();
    order.add(&silent("a", -60));
    order.add(&silent("b", -90));
    let first = order.next().unwrap();
    order.try_again(first);
    assert_eq!(order.next().unwrap().to_string(), "applivery:b");
    let left: Vec<DeviceRef> = order.take_left().collect();
    assert_eq!(left, ["applivery:a".parse().unwrap()]);
    assert_eq!(order.waiting(), 0);
}

#[test]
fn where_something_was_found_before_is_looked_at_first_and_though_no_more_is_wanted() {
    let mut order = SweepOrder::beginning(at(120));
    order.add(&silent("a_minute", -60));
    order.add_found(device("found").device);
    order.add_found(device("also_found").device);
    assert_eq!(order.known(), 3);
    assert!(!order.add(&device("found")), "it is the same one");
    assert!(order.has_found());
    let found = order.next_found().unwrap();
    assert_eq!(found, device("found").device);
    // It could not be looked at.
    order.try_again(found);
    assert_eq!(order.next_found(), Some(device("also_found").device));
    assert_eq!(order.next_found(), Some(device("found").device));
    assert!(!order.has_found() && order.next_found().is_none());
    assert_eq!(rest(&mut order), ["a_minute"]);
}
