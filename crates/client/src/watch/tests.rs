use countermand_core_model::{CommandId, Organization, Provider};
use proptest::prelude::*;

use super::*;

const START: i64 = 1_800_000_000_000;

fn at(ms: i64) -> Timestamp {
    Timestamp::from_millis(START + ms).unwrap()
}

fn device(number: usize) -> DeviceRef {
    DeviceRef::parse_for(Provider::Applivery, &format!("{number:024x}")).unwrap()
}

fn command(device: &DeviceRef, number: u64, kind: &str, given_ms: Option<i64>) -> Command {
    let org = Organization::parse(Provider::Applivery, "acme").unwrap();
    let id = CommandId::parse(Provider::Applivery, &format!("{number:024x}")).unwrap();
    let mut command = Command::new(org, device.clone(), id);
    kind.clone_into(&mut command.kind);
    command.created_at = given_ms.map(at);
    command
}

fn watch(devices: usize) -> Watch {
    watch_with(devices, WatchOptions::default())
}

fn watch_with(devices: usize, options: WatchOptions) -> Watch {
    let mut watch = Watch::new(options).unwrap();
    let devices: Vec<Device> = (0..devices)
        .map(|number| Device::new(device(number)))
        .collect();
    watch.list(&devices, true, at(0));
    watch
}

/// What is found on a device at that time.
type Found<'a> = dyn Fn(&DeviceRef, i64) -> Vec<Command> + 'a;

/// Looks from `from` to `to`, and returns how many looks there were and what was noticed, with the time.
fn look(
    watch: &mut Watch,
    (from, to): (i64, i64),
    found: &Found<'_>,
) -> (usize, Vec<(i64, WatchNews)>) {
    let (mut now, mut looks, mut noticed) = (from, 0, Vec::new());
    while now < to {
        match watch.next(at(now)) {
            WatchStep::Look(device) => {
                looks += 1;
                let commands = found(&device, now);
                let news = watch.looked_at(&device, &commands, at(now));
                noticed.extend(news.into_iter().map(|news| (now, news)));
                now += 1;
            }
            WatchStep::Wait(ms) => now += i64::try_from(ms.max(1)).unwrap(),
            WatchStep::NoDevices => break,
        }
    }
    (looks, noticed)
}

fn number(device: &DeviceRef) -> u64 {
    let text = device.to_string();
    let id = text.rsplit(':').next().unwrap();
    u64::from_str_radix(id, 16).unwrap()
}

#[test]
fn looks_as_often_as_it_may() {
    let mut watch = watch(10_000);
    let (looks, noticed) = look(&mut watch, (0, 600_000), &|_, _| Vec::new());
    assert_eq!((looks, noticed.len()), (1_000, 0));
    // A pause is not made up for.
    let (looks, _) = look(&mut watch, (5_000_000, 5_060_000), &|_, _| Vec::new());
    assert!((100..=101).contains(&looks), "{looks}");
    // The clock was set back.
    let (looks, _) = look(&mut watch, (60_000, 120_000), &|_, _| Vec::new());
    assert!((100..=101).contains(&looks), "{looks}");
}

#[test]
fn a_wipe_of_each_twentieth_device_is_told_once_and_soon() {
    let mut watch = watch(10_000);
    let (_, noticed) = look(&mut watch, (0, 1_800_000), &|device, now| {
        let is_hit = number(device).is_multiple_of(20) && now >= 60_000;
        is_hit
            .then(|| command(device, number(device), "WIPE", Some(60_000)))
            .into_iter()
            .collect()
    });
    let [(when, WatchNews::Surge(surge)), (_, WatchNews::Over { .. })] = noticed.as_slice() else {
        panic!("{noticed:?}");
    };
    assert!((60_000..120_000).contains(when), "{when}");
    assert_eq!(
        (surge.kind.as_str(), surge.since),
        ("WIPE", Some(at(60_000)))
    );
    assert!((3..=5).contains(&surge.devices.len()));
    let (low, high) = surge.between;
    assert!(low <= 500 && 500 <= high, "{surge:?}");
    assert!(low <= surge.estimate && surge.estimate <= high);
}

#[test]
fn a_single_wipe_costs_a_hundred_looks_and_no_alarm() {
    for wiped in [1, 2] {
        let mut watch = watch(2_000);
        let first = std::cell::Cell::new(0);
        let (looks, noticed) = look(&mut watch, (0, 600_000), &|device, now| {
            let is_hit = number(device) < wiped;
            first.set(first.get() + usize::from(is_hit));
            is_hit
                .then(|| command(device, number(device), "WIPE", Some(now - 1_000)))
                .into_iter()
                .collect()
        });
        assert_eq!(noticed, []);
        let most = 1_000 + 110 * first.get();
        assert!(
            looks <= most && (first.get() == 0 || looks > 1_000),
            "{looks}"
        );
    }
}

#[test]
fn what_is_not_grave_is_not_watched_unless_it_is_asked_for() {
    let locks = |device: &DeviceRef, now: i64| vec![command(device, 1, "LOCK", Some(now))];
    let (_, noticed) = look(&mut watch(1_000), (0, 60_000), &locks);
    assert_eq!(noticed, []);
    let options = WatchOptions {
        level: SeverityLevel::Disruptive,
        ..WatchOptions::default()
    };
    let (_, noticed) = look(&mut watch_with(1_000, options), (0, 60_000), &locks);
    assert_eq!(noticed.len(), 1);
    let options = WatchOptions {
        severity_rules: SeverityRules::parse([("LOCK", "destructive")]).unwrap(),
        ..WatchOptions::default()
    };
    let (_, noticed) = look(&mut watch_with(1_000, options), (0, 60_000), &locks);
    assert_eq!(noticed.len(), 1);
}

#[test]
fn a_command_without_a_usable_time_counts_where_it_is_new_since_the_last_look() {
    // In a fleet of 200 each is looked at every two minutes.
    for given in [None, Some(9_000_000)] {
        let found = |device: &DeviceRef, now: i64| {
            let count = if now < 300_000 { 1 } else { 2 };
            (0..count)
                .map(|one| command(device, one, "WIPE", given))
                .collect()
        };
        let mut watch = watch(200);
        // What was there at the first look may be old.
        let (_, noticed) = look(&mut watch, (0, 300_000), &found);
        assert_eq!(noticed, []);
        let (_, noticed) = look(&mut watch, (300_000, 360_000), &found);
        let [(_, WatchNews::Surge(surge))] = noticed.as_slice() else {
            panic!("{noticed:?}");
        };
        assert_eq!(surge.since, None);
    }
}

#[test]
fn old_commands_do_not_count() {
    let found =
        |device: &DeviceRef, now: i64| vec![command(device, 1, "WIPE", Some(now - WINDOW_MS))];
    let (_, noticed) = look(&mut watch(500), (0, 600_000), &found);
    assert_eq!(noticed, []);
    // The provider's clock is a minute ahead.
    let found = |device: &DeviceRef, now: i64| vec![command(device, 1, "WIPE", Some(now + 60_000))];
    let (_, noticed) = look(&mut watch(500), (0, 60_000), &found);
    assert_eq!(noticed.len(), 1);
}

#[test]
fn a_device_that_is_looked_at_twice_is_hit_once() {
    // Fifty devices are looked at twice a minute, and two of them were wiped.
    let found = |device: &DeviceRef, _: i64| {
        let is_hit = number(device) < 2;
        is_hit
            .then(|| command(device, 1, "WIPE", Some(0)))
            .into_iter()
            .collect()
    };
    let mut watch = watch(50);
    let (_, noticed) = look(&mut watch, (0, 500_000), &found);
    assert_eq!(noticed, []);
    let kinds: Vec<_> = watch.kinds().collect();
    assert_eq!(kinds[0].kind, "WIPE");
    // The whole small fleet is another thing.
    let all = |device: &DeviceRef, _: i64| vec![command(device, 2, "WIPE", Some(500_000))];
    let (_, noticed) = look(&mut watch, (500_000, 530_000), &all);
    assert_eq!(noticed.len(), 1);
}

#[test]
fn what_is_kept_is_known_to_the_next_watch_which_does_not_tell_again() {
    let found = |device: &DeviceRef, _: i64| vec![command(device, 1, "WIPE", Some(0))];
    let mut first = watch(10_000);
    let (_, noticed) = look(&mut first, (0, 60_000), &found);
    assert_eq!(noticed.len(), 1);
    let mut next = watch(10_000).knowing(&first.kept());
    let (_, noticed) = look(&mut next, (60_000, 500_000), &found);
    assert_eq!(noticed, []);
    assert_eq!(
        next.kinds().next().unwrap().surge,
        first.kinds().next().unwrap().surge
    );
    for odd in [
        "",
        "null",
        "{\"version\":9}",
        "{\"version\":1,\"surges\":{\"X\":1}}",
    ] {
        assert_eq!(watch(1).knowing(odd).kinds().count(), 0, "{odd}");
    }
}

#[test]
fn as_many_kinds_as_a_provider_may_invent_are_bounded_and_no_grave_one_is_lost() {
    let options = WatchOptions {
        level: SeverityLevel::Minor,
        ..WatchOptions::default()
    };
    let mut watch = watch_with(500, options);
    for round in 0..300_u64 {
        let device = device(usize::try_from(round).unwrap());
        let wipe = command(&device, 1, "WIPE", Some(0));
        let long = "X".repeat(5_000);
        let odd = command(&device, 2, &format!("{round}{long}"), Some(0));
        watch.looked_at(&device, &[wipe, odd], at(0));
    }
    let kinds: Vec<_> = watch.kinds().collect();
    assert_eq!(kinds.len(), MOST_KINDS);
    assert!(kinds.iter().any(|kind| kind.kind == "WIPE"));
    assert!(
        kinds
            .iter()
            .all(|kind| kind.kind.chars().count() <= LONGEST_KIND)
    );
    assert!(watch.kept().len() < 50_000);
}

#[test]
fn bad_options_are_named() {
    let options = |per_minute, share| WatchOptions {
        per_minute,
        share,
        ..WatchOptions::default()
    };
    for (options, says) in [
        (options(0, 0.05), ["samples_per_minute", "1 to 600", "0"]),
        (
            options(601, 0.05),
            ["samples_per_minute", "1 to 600", "601"],
        ),
        (options(100, 0.0), ["share", "0.001 to 0.5", "0"]),
        (options(100, f64::NAN), ["share", "0.001 to 0.5", "NaN"]),
    ] {
        let error = Watch::new(options).unwrap_err().to_string();
        assert!(says.iter().all(|part| error.contains(part)), "{error}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]
    /// Whatever devices say and however the clock goes: it does not look more often than it may, and goes on.
    #[test]
    fn never_more_looks_than_it_may(
        steps in prop::collection::vec((0_i64..5_000, any::<bool>()), 1..600),
        seed in any::<u64>(),
    ) {
        let mut watch = watch_with(3_000, WatchOptions { seed, ..WatchOptions::default() });
        let (mut now, mut looks) = (0, 0.0);
        for (later, is_hit) in steps {
            now += later;
            while let WatchStep::Look(device) = watch.next(at(now)) {
                looks += 1.0;
                let found = if is_hit { vec![command(&device, 1, "WIPE", Some(now))] } else { vec![] };
                watch.looked_at(&device, &found, at(now));
            }
            // Twice the rate, a burst, and those at the beginning.
            prop_assert!(looks <= 2.0 * now as f64 / 600.0 + 103.0, "{looks} at {now}");
        }
    }
}
