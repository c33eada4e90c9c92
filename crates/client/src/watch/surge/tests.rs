use countermand_core_model::Provider;
use proptest::prelude::*;

use super::*;

const FLEET: usize = 10_000;

fn at(ms: i64) -> Timestamp {
    Timestamp::from_millis(1_800_000_000_000 + ms).unwrap()
}

fn device(number: usize) -> DeviceRef {
    DeviceRef::parse_for(Provider::Applivery, &format!("{number:024x}")).unwrap()
}

/// Takes looks, 600 ms apart from `from` on, and returns what changed and after how many looks.
fn changes(
    detector: &mut Detector,
    level: &mut Level,
    from: i64,
    hits: &[bool],
) -> Vec<(usize, Change)> {
    let mut changes = Vec::new();
    for (number, is_hit) in hits.iter().enumerate() {
        let now = at(from + 600 * i64::try_from(number).unwrap());
        let device = device(number);
        let hit = is_hit.then_some(Hit {
            device: &device,
            given: Some(now),
        });
        level.take(*is_hit, now);
        let shares = Shares::new(level.usual(), FLEET, 0.05);
        let change = detector.take(hit, level, shares, now);
        if change != Change::Nothing {
            changes.push((number, change));
        }
    }
    changes
}

fn surges(hits: &[bool]) -> Vec<(usize, Tally)> {
    let changes = changes(&mut Detector::default(), &mut Level::default(), 0, hits);
    let surges = changes
        .into_iter()
        .filter_map(|(number, change)| match change {
            Change::Surge(tally) => Some((number, tally)),
            Change::Nothing | Change::Over => None,
        });
    surges.collect()
}

/// Looks of which these are hits.
fn looks(count: usize, hits: &[usize]) -> Vec<bool> {
    (0..count).map(|number| hits.contains(&number)).collect()
}

#[test]
fn one_or_two_are_ordinary_and_three_of_a_hundred_are_a_surge() {
    assert_eq!(surges(&looks(2_000, &[100])), []);
    assert_eq!(surges(&looks(2_000, &[100, 101])), []);
    assert_eq!(surges(&looks(2_000, &[100, 600, 1_200, 1_900])), []);
    let found = surges(&looks(2_000, &[100, 140, 190]));
    let [(190, tally)] = found.as_slice() else {
        panic!("{found:?}");
    };
    assert_eq!((tally.hits, tally.looks), (3, 91));
    assert_eq!(tally.devices, [device(100), device(140), device(190)]);
    assert_eq!(tally.since, Some(at(60_000)));
}

#[test]
fn the_first_hit_of_what_is_not_usual_is_suspicious_until_enough_others_are_not() {
    let (mut detector, mut level) = (Detector::default(), Level::default());
    changes(&mut detector, &mut level, 0, &looks(101, &[100]));
    assert!(detector.is_suspicious());
    changes(&mut detector, &mut level, 60_600, &looks(105, &[]));
    assert!(detector.is_suspicious());
    changes(&mut detector, &mut level, 123_600, &looks(10, &[]));
    assert!(!detector.is_suspicious());
}

#[test]
fn a_surge_is_told_once_and_over_when_it_is() {
    let (mut detector, mut level) = (Detector::default(), Level::default());
    let hits: Vec<bool> = (0..1_500)
        .map(|look| look < 1_000 && look % 20 == 0)
        .collect();
    let changes = changes(&mut detector, &mut level, 0, &hits);
    let [(40, Change::Surge(_)), (over, Change::Over)] = changes.as_slice() else {
        panic!("{changes:?}");
    };
    assert!((1_040..1_400).contains(over), "{over}");
    assert_eq!(detector.surge, None);
}

#[test]
fn a_surge_that_comes_after_another_is_told_too() {
    let (mut detector, mut level) = (Detector::default(), Level::default());
    let hits: Vec<bool> = (0..4_000)
        .map(|look| !(800..=3_000).contains(&look) && look % 10 == 0)
        .collect();
    let changes = changes(&mut detector, &mut level, 0, &hits);
    let told = changes
        .iter()
        .filter(|(_, change)| matches!(change, Change::Surge(_)));
    assert_eq!(told.count(), 2);
}

#[test]
fn what_is_usual_is_no_surge_and_more_of_it_is() {
    let mut level = Level::default();
    let bulk = |part: usize| (0..1_000).map(|look| look % 10 < part).collect::<Vec<_>>();
    for day in 0..3 {
        changes(
            &mut Detector::default(),
            &mut level,
            day * 86_400_000,
            &bulk(2),
        );
    }
    let again = |hits: &[bool]| {
        let mut level = level.clone();
        changes(&mut Detector::default(), &mut level, 4 * 86_400_000, hits)
    };
    assert_eq!(again(&bulk(2)), []);
    assert_eq!(again(&bulk(6)).len(), 1);
}

#[test]
fn in_a_small_fleet_a_few_devices_are_no_surge() {
    assert_eq!(Shares::new(0.0, 0, 0.05), None);
    assert_eq!(Shares::new(0.0, 2, 0.05), None);
    let ten = Shares::new(0.0, 10, 0.05).unwrap();
    assert!(
        (ten.usual - 0.2).abs() < 1e-9 && (ten.surge - 0.6).abs() < 1e-9,
        "{ten:?}"
    );
    let many = Shares::new(0.0, FLEET, 0.05).unwrap();
    assert!((many.of_hit() - 5.52).abs() < 0.01 && (many.of_miss() + 0.051).abs() < 0.001);
    // What everything gets each week is no surge, however many get it.
    assert_eq!(Shares::new(0.95, FLEET, 0.05), None);
}

#[test]
fn a_surge_does_not_last_for_ever_where_the_clock_is_set_back() {
    let (mut detector, mut level) = (Detector::default(), Level::default());
    changes(&mut detector, &mut level, 0, &looks(60, &[10, 20, 30]));
    assert!(detector.surge.is_some());
    let later = changes(&mut detector, &mut level, -90_000_000, &looks(400, &[]));
    assert!(matches!(later.as_slice(), [(_, Change::Over)]), "{later:?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    /// However hits come: a surge has at least three, is told once until it is over, and says what was counted.
    #[test]
    fn a_surge_is_what_was_counted(hits in prop::collection::vec(prop::bool::weighted(0.06), 0..3_000)) {
        let told = changes(&mut Detector::default(), &mut Level::default(), 0, &hits);
        let mut is_on = false;
        for (_, change) in told {
            match change {
                Change::Surge(tally) => {
                    prop_assert!(!is_on && tally.hits >= 3 && tally.looks >= tally.hits);
                    let (share, low, high) = tally.share();
                    prop_assert!(0.0 <= low && low <= share && share <= high && high <= 1.0);
                    is_on = true;
                }
                Change::Over => {
                    prop_assert!(is_on);
                    is_on = false;
                }
                Change::Nothing => {}
            }
        }
    }

    /// The wrong way round: a hit never makes a surge less likely, and another look never makes it more.
    #[test]
    fn a_hit_counts_for_a_surge(usual in 0.0_f64..1.0, devices in 0_usize..100_000, least in 0.001_f64..0.5) {
        if let Some(shares) = Shares::new(usual, devices, least) {
            prop_assert!(shares.surge > shares.usual, "{shares:?}");
            prop_assert!(shares.of_hit() > 0.0 && shares.of_miss() < 0.0);
        }
    }
}
