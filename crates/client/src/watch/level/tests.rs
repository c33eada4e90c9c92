use proptest::prelude::*;

use super::*;

fn at(day: i64, looks: i64) -> Timestamp {
    Timestamp::from_millis((20_000 + day) * DAY_MS + looks * 600).unwrap()
}

/// A day of 3,000 looks, of which one in `bulk` of a thousand in the middle is a hit.
fn day(level: &mut Level, day: i64, bulk: Option<u32>) {
    for look in 0..3_000_u32 {
        let in_bulk = (1_000..2_000).contains(&look);
        let is_hit = in_bulk && bulk.is_some_and(|bulk| look % bulk == 0);
        level.take(is_hit, at(day, look.into()));
    }
}

#[test]
fn a_bulk_of_each_night_is_usual_after_three_nights() {
    let mut level = Level::default();
    for number in 0..3 {
        assert_eq!(level.usual(), 0.0);
        day(&mut level, number, Some(5));
    }
    assert!((0.14..0.2).contains(&level.usual()), "{}", level.usual());
}

#[test]
fn a_bulk_of_each_week_is_usual_after_three_weeks() {
    let mut level = Level::default();
    for number in 0..16 {
        day(&mut level, number, (number % 7 == 0).then_some(1));
    }
    assert!(level.usual() > 0.9, "{}", level.usual());
}

#[test]
fn one_surge_and_a_few_devices_make_nothing_usual() {
    let mut level = Level::default();
    day(&mut level, 0, Some(1));
    for number in 1..20 {
        day(&mut level, number, None);
        // Two devices each day.
        level.take(true, at(number, 3_000));
        level.take(true, at(number, 3_001));
    }
    assert_eq!(level.usual(), 0.0);
}

#[test]
fn what_has_not_been_seen_for_five_weeks_is_forgotten() {
    let mut level = Level::default();
    for number in 0..5 {
        day(&mut level, number, Some(5));
    }
    day(&mut level, 30, Some(100));
    assert!(level.usual() > 0.1);
    day(&mut level, 45, Some(100));
    assert!(level.usual() < 0.1, "{}", level.usual());
}

#[test]
fn what_is_kept_is_read_again_and_what_is_odd_is_left_out() {
    let mut level = Level::default();
    for number in 0..4 {
        day(&mut level, number, Some(5));
    }
    let mut kept = Kept::new();
    kept.levels.insert("REBOOT".to_owned(), level.kept());
    let text = serde_json::to_string(&kept).unwrap();
    let mut read = Kept::read(&text);
    assert_eq!(read, kept);
    let again = Level::of_kept(read.levels.remove("REBOOT").unwrap());
    assert_eq!(again.usual(), level.usual());
    for odd in ["", "{}", "[]", r#"{"version":2,"levels":{"A":[[1,0.5]]}}"#] {
        assert_eq!(Kept::read(odd), Kept::default(), "{odd}");
    }
    let odd = vec![
        (7, 0.5),
        (8, f64::NAN),
        (9, 3.0),
        (-90_000, 0.5),
        (10, 0.25),
    ];
    assert_eq!(Level::of_kept(odd).kept(), [(7, 0.5), (10, 0.25)]);
}

proptest! {
    /// Whatever comes: what is usual is a share, and memory is bounded.
    #[test]
    fn a_level_is_a_share(hits in prop::collection::vec((any::<bool>(), 0_i64..90), 0..3_000)) {
        let mut level = Level::default();
        for (is_hit, day) in hits {
            level.take(is_hit, at(day, 0));
        }
        prop_assert!((0.0..=1.0).contains(&level.usual()));
        prop_assert!(level.blocks.len() <= BLOCKS);
        prop_assert!(level.peaks.len() <= usize::try_from(KEPT_DAYS).unwrap() + 1);
    }
}
