//! Tests of the picture of what runs next.

use countermand_core_model::Command;

use super::*;
use crate::{
    testing::{at, command},
    timeline::tests::{store, waiting},
};

const A: &str = "applivery:A";
const B: &str = "applivery:B";

fn drawn(commands: &[Command]) -> Picture {
    picture(&store(commands), &Selection::default(), at(0))
}

fn labels(picture: &Picture) -> Vec<&str> {
    picture
        .lanes
        .iter()
        .map(|lane| lane.label.as_str())
        .collect()
}

fn brief(at: Timestamp) -> String {
    at.to_string()
}

#[test]
fn a_device_is_a_lane_and_the_gravest_is_the_first() {
    let picture = drawn(&[
        waiting(A, 1, "LOCK", Some(60)),
        waiting(B, 2, "LOCK", Some(7_200)),
        waiting(B, 3, "WIPE", Some(7_200)),
        waiting("applivery:C", 4, "LOCK", Some(30)),
    ]);
    assert_eq!(labels(&picture), ["B", "C", "A"]);
    let marks = &picture.lanes[0].marks;
    assert_eq!(marks.len(), 2, "what destroys is a mark of its own");
    assert!(marks[0].is_destructive && !marks[1].is_destructive);
    assert_eq!(
        picture.text(&picture.lanes[0], &marks[0], &brief),
        "WIPE on B, expires in 2 h, destructive"
    );
}

#[test]
fn many_commands_of_a_device_are_counted() {
    let picture = drawn(&[
        waiting(A, 1, "LOCK", Some(60)),
        waiting(A, 2, "LOCK", Some(61)),
        waiting(A, 3, "LOCK", Some(-1)),
        waiting(A, 4, "LOCK", Some(-2)),
        waiting(A, 5, "LOCK", None),
    ]);
    let lane = &picture.lanes[0];
    let said = |mark: usize| picture.text(lane, &lane.marks[mark], &brief);
    assert_eq!(said(0), "2 commands on A, with expired validity");
    assert!(said(1).starts_with("2 commands on A, expiring from 2026-"));
    assert_eq!(said(2), "LOCK on A, expiry unknown");
}

#[test]
fn the_axis_has_the_next_hour_and_everything_up_to_the_last() {
    let heads = |commands: &[Command]| -> Vec<String> {
        let picture = drawn(commands);
        let columns = picture.columns.iter();
        columns.map(|column| Picture::head(*column)).collect()
    };
    let hour = ["now", "5 min", "10 min", "15 min", "30 min", "45 min"];
    assert_eq!(heads(&[waiting(A, 1, "LOCK", Some(60))]), hour);
    assert_eq!(
        heads(&[
            waiting(A, 1, "LOCK", Some(4 * 3_600)),
            waiting(A, 2, "LOCK", Some(-1)),
            waiting(A, 3, "LOCK", None),
        ]),
        [&["expired"], &hour[..], &["1 h", "3 h", "no expiry"]].concat()
    );
    assert_eq!(heads(&[waiting(A, 1, "LOCK", None)]), ["no expiry"]);
    assert!(heads(&[]).is_empty());
    let far = drawn(&[waiting(A, 1, "LOCK", Some(400 * 86_400))]);
    assert_eq!(far.line(&far.lanes[0]), Some((1, BEGINS.len() + 1)));
}

#[test]
fn each_column_begins_where_the_one_before_ends() {
    for (seconds, expected) in [
        (-1, PAST),
        (0, 1),
        (299, 1),
        (300, 2),
        (3_599, HOUR),
        (3_600, HOUR + 1),
        (43_200 * 60, BEGINS.len()),
    ] {
        assert_eq!(column(Some(at(seconds)), at(0)), expected, "{seconds}");
    }
    assert_eq!(column(None, at(0)), OPEN);
}

fn many() -> Vec<Command> {
    (0..1_000_u32)
        .map(|number| {
            let kind = match number {
                999 => "WIPE".to_owned(),
                _ => format!("KIND_{:02}", number % 20),
            };
            waiting(&format!("applivery:D{number}"), number, &kind, Some(60))
        })
        .collect()
}

#[test]
fn very_many_are_lanes_by_kind_and_what_destroys_is_never_hidden() {
    let picture = drawn(&many());
    let labels = labels(&picture);
    assert_eq!(labels.len(), KINDS + 1);
    assert_eq!((labels[0], labels[KINDS]), ("WIPE", words::other_kinds()));
    let lane = &picture.lanes[KINDS];
    assert_eq!((lane.count, lane.marks.len()), (449, 1));
    let all: usize = picture.lanes.iter().map(|lane| lane.count).sum();
    assert_eq!(all, 1_000);
    let one = &picture.lanes[1];
    let said = picture.text(one, &one.marks[0], &brief);
    assert_eq!(said, "50 × KIND_00, expires in 1 min");
}

#[test]
fn each_command_is_of_exactly_one_mark() {
    let commands = [
        many(),
        vec![
            waiting(A, 1_001, "LOCK", None),
            waiting(A, 1_002, "WIPE", Some(-1)),
            command(A, 1_003, "WIPE", CommandState::Sent),
        ],
    ]
    .concat();
    let store = store(&commands);
    let picture = picture(&store, &Selection::default(), at(0));
    for row in store.rows() {
        let marks = (0..picture.lanes.len()).flat_map(|lane| {
            let marks = picture.lanes[lane].marks.len();
            (0..marks).map(move |mark| (lane, mark))
        });
        let of = marks.filter(|(lane, mark)| picture.has(*lane, *mark, row));
        assert_eq!(
            of.count(),
            usize::from(row.state() == CommandState::Pending)
        );
    }
    assert!(
        store
            .rows()
            .all(|row| !picture.has(99, 0, row) && !picture.has(0, 99, row))
    );
}

#[test]
fn what_is_selected_is_counted_in_its_mark() {
    let store = store(&[
        waiting(A, 1, "LOCK", Some(60)),
        waiting(A, 2, "LOCK", Some(60)),
    ]);
    let mut selection = Selection::default();
    let row = store.rows().next().unwrap().row();
    selection.set(&store, row, true);
    let picture = picture(&store, &selection, at(0));
    let mark = &picture.lanes[0].marks[0];
    assert_eq!((mark.count, mark.selected), (2, 1));
}

#[test]
fn a_hundred_thousand_of_as_many_kinds_are_some_hundred_marks() {
    let commands: Vec<Command> = (0..100_000_u32)
        .map(|number| {
            let device = format!("applivery:d{}", number / 40);
            let expires = i64::from(number % 9_973) * 300 - 600;
            waiting(
                &device,
                number,
                &format!("K{}", number % 200),
                Some(expires),
            )
        })
        .collect();
    let picture = drawn(&commands);
    assert_eq!(picture.lanes.len(), KINDS + 1);
    let marks: usize = picture.lanes.iter().map(|lane| lane.marks.len()).sum();
    assert!(marks <= (KINDS + 1) * OPEN, "{marks}");
}
