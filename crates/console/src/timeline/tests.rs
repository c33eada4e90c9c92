//! Tests of the picture of what fires next.

use countermand_core_model::Command;

use super::*;
use crate::testing::{at, command};

fn wanted(by: By) -> Wanted {
    Wanted {
        by,
        kind: None,
        from: 0,
    }
}

fn drawn(commands: &[Command], wanted: &Wanted) -> Picture {
    let walk =
        |look: &mut dyn FnMut(CommandView<'_>)| commands.iter().for_each(|one| look(one.into()));
    picture(&walk, wanted, at(0))
}

fn waiting(device: &str, number: u32, kind: &str, expires: Option<i64>) -> Command {
    let mut command = command(device, number, kind, CommandState::Pending);
    command.expires_at = expires.map(at);
    command
}

fn numbers(picture: &Picture) -> Vec<u64> {
    let number = |entry: &Entry| u64::from_str_radix(entry.id.as_str(), 16).unwrap();
    picture.first.iter().map(number).collect()
}

const A: &str = "applivery:A";

#[test]
fn nothing_is_an_empty_picture() {
    for by in [By::Expiry, By::Place] {
        let picture = drawn(&[], &wanted(by));
        assert_eq!((picture.total, picture.most, picture.following), (0, 0, 0));
        assert!(picture.columns.is_empty() && picture.first.is_empty());
        assert!(picture.axis.is_none());
    }
}

#[test]
fn only_what_waits_is_in_it() {
    let sent = command(A, 1, "LOCK", CommandState::Sent);
    assert_eq!(drawn(&[sent], &wanted(By::Expiry)).total, 0);
}

#[test]
fn one_has_a_whole_axis() {
    let picture = drawn(&[waiting(A, 1, "WIPE", Some(600))], &wanted(By::Expiry));
    assert_eq!(picture.columns.len(), COLUMNS);
    assert_eq!((picture.total, picture.grave, picture.most), (1, 1, 1));
    assert_eq!(picture.columns.last().map(|column| column.count), Some(1));
    assert_eq!(picture.first[0].called, "WIPE");
    let Span::Between(from, to) = picture.columns[COLUMNS - 1].span else {
        panic!("a time");
    };
    assert!(from < at(600) && at(599) <= to, "{from} {to}");
}

#[test]
fn what_is_past_and_what_has_no_end_stand_at_the_sides() {
    let picture = drawn(
        &[
            waiting(A, 1, "LOCK", None),
            waiting(A, 2, "LOCK", Some(300)),
            waiting(A, 3, "LOCK", Some(-5)),
            waiting(A, 4, "LOCK", Some(0)),
        ],
        &wanted(By::Expiry),
    );
    assert_eq!(picture.columns.len(), COLUMNS + 2);
    let (first, last) = (picture.columns[0], picture.columns[COLUMNS + 1]);
    assert_eq!((first.span, first.count), (Span::Past, 1));
    assert_eq!((last.span, last.count), (Span::Open, 1));
    assert_eq!(picture.columns[1].count, 1, "this very moment is not past");
    assert_eq!(
        picture.axis.map(|(first, count, _)| (first, count)),
        Some((1, COLUMNS))
    );
    assert_eq!(numbers(&picture), [3, 4, 2, 1]);
}

#[test]
fn without_any_time_there_is_no_axis() {
    let picture = drawn(&[waiting(A, 1, "LOCK", None)], &wanted(By::Expiry));
    assert_eq!(picture.columns.len(), 1);
    assert!(picture.axis.is_none());
    let picture = drawn(&[waiting(A, 1, "LOCK", Some(-1))], &wanted(By::Expiry));
    assert_eq!((picture.columns.len(), picture.total), (1, 1));
}

#[test]
fn equal_times_stand_in_one_column_in_their_order() {
    let three = [1, 2, 3].map(|number| waiting(A, number, "LOCK", Some(60)));
    let picture = drawn(&three, &wanted(By::Expiry));
    assert_eq!(picture.most, 3);
    assert_eq!(numbers(&picture), [1, 2, 3]);
}

#[test]
fn the_first_few_are_named_from_the_column_on_that_is_asked_for() {
    let many: Vec<Command> = (1..=100)
        .rev()
        .map(|number| waiting(A, number, "LOCK", Some(i64::from(number) * 60)))
        .collect();
    let picture = drawn(&many, &wanted(By::Expiry));
    assert_eq!(numbers(&picture), (1..=10).collect::<Vec<u64>>());
    assert_eq!(picture.following, 100);
    let later = Wanted {
        from: 12,
        ..wanted(By::Expiry)
    };
    let picture = drawn(&many, &later);
    let before: usize = picture.columns[..12]
        .iter()
        .map(|column| column.count)
        .sum();
    assert_eq!(picture.following, 100 - before);
    assert_eq!(numbers(&picture)[0], before as u64 + 1);
    assert_eq!(picture.total, 100, "the picture stays whole");
}

#[test]
fn kinds_are_counted_whichever_is_asked_for() {
    let mut commands: Vec<Command> = (1..=3).map(|n| waiting(A, n, "LOCK", Some(60))).collect();
    commands.push(waiting(A, 4, "WIPE", Some(60)));
    for number in 0..9 {
        commands.push(waiting(A, 10 + number, &format!("KIND_{number}"), Some(60)));
    }
    let only = Wanted {
        kind: Some("WIPE".into()),
        ..wanted(By::Expiry)
    };
    let picture = drawn(&commands, &only);
    assert_eq!((picture.total, numbers(&picture)), (1, vec![4]));
    assert_eq!(
        (picture.kinds[0].kind.as_str(), picture.kinds[0].count),
        ("LOCK", 3)
    );
    assert_eq!((picture.kinds.len(), picture.other_kinds), (KINDS, 3));
}

fn queued(device: &str, number: u32) -> Command {
    waiting(device, number, "service invocation", Some(3_600))
}

#[test]
fn places_go_by_age_within_each_device() {
    let (a, b) = ("enos:asset:a", "enos:asset:b");
    let picture = drawn(
        &[queued(a, 9), queued(a, 3), queued(a, 5), queued(b, 7)],
        &wanted(By::Place),
    );
    let counts: Vec<(Span, usize)> = picture
        .columns
        .iter()
        .map(|column| (column.span, column.count))
        .collect();
    assert_eq!(
        counts,
        [
            (Span::Place(1), 2),
            (Span::Place(2), 1),
            (Span::Place(3), 1)
        ]
    );
    let named: Vec<(String, Option<(usize, usize)>)> = picture
        .first
        .iter()
        .map(|entry| {
            (
                entry.id.as_str().trim_start_matches('0').to_owned(),
                entry.place,
            )
        })
        .collect();
    assert_eq!(
        named,
        [
            ("3".into(), Some((1, 3))),
            ("7".into(), Some((1, 1))),
            ("5".into(), Some((2, 3))),
            ("9".into(), Some((3, 3)))
        ]
    );
}

#[test]
fn a_kind_that_is_asked_for_keeps_its_place_behind_others() {
    let a = "enos:asset:a";
    let only = Wanted {
        kind: Some("measurement point setting".into()),
        ..wanted(By::Place)
    };
    let picture = drawn(
        &[
            queued(a, 1),
            waiting(a, 2, "measurement point setting", None),
        ],
        &only,
    );
    assert_eq!(picture.total, 1);
    assert_eq!(picture.first[0].place, Some((2, 2)));
    assert_eq!(picture.columns[0].count, 0);
}

#[test]
fn equal_moments_go_by_the_number_of_the_id() {
    let a = "enos:asset:a";
    let (mut one, mut other) = (queued(a, 20), queued(a, 3));
    (one.created_at, other.created_at) = (Some(at(1)), Some(at(1)));
    let picture = drawn(&[one, other], &wanted(By::Place));
    assert!(picture.first[0].id.as_str().ends_with('3'));
}

#[test]
fn a_queue_longer_than_any_is_counted_at_its_end() {
    let many: Vec<Command> = (1..=60)
        .map(|number| queued("enos:asset:a", number))
        .collect();
    let picture = drawn(&many, &wanted(By::Place));
    assert_eq!(picture.columns.len(), PLACES);
    assert_eq!((picture.columns[PLACES - 1].count, picture.total), (11, 60));
}

#[test]
fn a_hundred_thousand_are_columns_and_ten_names() {
    let many: Vec<Command> = (0..100_000_u32)
        .map(|number| {
            let device = format!("enos:asset:d{}", number / 40);
            waiting(
                &device,
                number,
                "service invocation",
                Some(i64::from(number % 9_973) * 30),
            )
        })
        .collect();
    for by in [By::Expiry, By::Place] {
        let picture = drawn(&many, &wanted(by));
        assert_eq!((picture.total, picture.first.len()), (100_000, NAMED));
        assert!(picture.columns.len() <= PLACES);
    }
}
