//! Tests of what runs next.

use countermand_core_model::{Command, CommandState};
use countermand_table::Store;

use super::*;
use crate::testing::{at, command};

const A: &str = "applivery:A";

pub(crate) fn waiting(device: &str, number: u32, kind: &str, expires: Option<i64>) -> Command {
    let mut command = command(device, number, kind, CommandState::Pending);
    command.expires_at = expires.map(at);
    command
}

/// A store with these commands, those of a device one after the other.
pub(crate) fn store(commands: &[Command]) -> Store {
    let mut store = Store::default();
    for of_device in commands.chunk_by(|one, next| one.device == next.device) {
        let (ix, _) = store.add(&of_device[0].device, None);
        store.replace(ix, of_device);
    }
    store
}

fn drawn(commands: &[Command]) -> Next {
    next(&store(commands), false, at(0))
}

fn numbers(next: &Next) -> Vec<u64> {
    let number = |entry: &Entry| u64::from_str_radix(entry.id.as_str(), 16).unwrap();
    next.first.iter().map(number).collect()
}

#[test]
fn nothing_pending_is_said() {
    let sent = command(A, 1, "LOCK", CommandState::Sent);
    for commands in [&[][..], &[sent]] {
        let next = drawn(commands);
        assert_eq!((next.total, next.first.len()), (0, 0));
        assert_eq!(next.text(at(0)), words::empty());
        assert!(!next.is_outdated(at(0)));
    }
}

#[test]
fn what_destroys_is_first_and_what_is_past_its_validity_last() {
    let next = drawn(&[
        waiting(A, 1, "WIPE", Some(-5)),
        waiting(A, 2, "LOCK", Some(300)),
        waiting(A, 3, "LOCK", None),
        waiting(A, 4, "LOCK", Some(0)),
        waiting(A, 5, "REMOVE_ESIM", Some(900)),
        waiting(A, 6, "WIPE", Some(3_600)),
        waiting(A, 7, "REBOOT", Some(-9)),
    ]);
    assert_eq!(numbers(&next), [5, 6, 4, 2, 3, 1, 7]);
    assert_eq!((next.total, next.destructive), (7, 3));
    assert_eq!(next.text(at(0)), "REMOVE_ESIM on A, expires in 15 min");
    assert!(!next.is_outdated(at(900)) && next.is_outdated(at(901)));
}

#[test]
fn a_device_goes_by_its_name() {
    let one = waiting(A, 1, "WIPE", Some(60));
    let mut store = store(std::slice::from_ref(&one));
    store.add(&one.device, Some("Till 7"));
    let next = next(&store, false, at(0));
    assert_eq!(next.text(at(0)), "WIPE on Till 7, expires in 1 min");
}

#[test]
fn equal_times_keep_their_order_and_ten_are_named() {
    let many: Vec<Command> = (1..=100)
        .map(|number| waiting(A, number, "LOCK", Some(60)))
        .collect();
    let next = drawn(&many);
    assert_eq!(numbers(&next), (1..=10).collect::<Vec<u64>>());
    assert_eq!(next.total, 100);
}

fn queued(device: &str, number: u32) -> Command {
    waiting(device, number, "service invocation", Some(3_600))
}

#[test]
fn a_queue_goes_by_age_and_its_first_come_first() {
    let (a, b) = ("enos:asset:a", "enos:asset:b");
    let commands = [queued(a, 9), queued(a, 3), queued(a, 5), queued(b, 7)];
    let next = next(&store(&commands), true, at(0));
    let named: Vec<(&str, (usize, usize))> = next
        .first
        .iter()
        .map(|entry| (entry.id.as_str().trim_start_matches('0'), entry.place))
        .collect();
    assert_eq!(
        named,
        [("3", (1, 3)), ("7", (1, 1)), ("5", (2, 3)), ("9", (3, 3))]
    );
}

#[test]
fn equal_moments_go_by_the_number_of_the_id() {
    let a = "enos:asset:a";
    let (mut one, mut other) = (queued(a, 20), queued(a, 3));
    (one.created_at, other.created_at) = (Some(at(1)), Some(at(1)));
    let next = next(&store(&[one, other]), true, at(0));
    assert!(next.first[0].id.as_str().ends_with('3'));
}
