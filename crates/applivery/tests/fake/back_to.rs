//! Lists that need not be read to their end: those that are seen to come newest first.

use countermand_core_model::Timestamp;
use countermand_transport::fake::FakeTransport;

use crate::support::{client, device, now, numbered};

/// A page of commands that were given in these minutes of an hour; none stands for no time at all.
fn page<const N: usize>(minutes: [Option<u8>; N], rest: &str) -> String {
    let items = minutes.map(|minute| {
        let id = numbered(minute.map_or(0xffff, usize::from));
        let time = minute.map(|minute| format!(r#","createdAt":"2026-02-10T12:{minute:02}:00Z""#));
        format!(r#"{{"id":"{id}"{}}}"#, time.unwrap_or_default())
    });
    let items = items.join(",");
    format!(r#"{{"status":true,"data":{{"items":[{items}]{rest}}}}}"#)
}

/// How many commands came, and with how many requests, when the list is asked for back to 12:30.
fn back_to_half_past(pages: &[String]) -> (usize, usize) {
    let transport = pages.iter().fold(FakeTransport::new(), |fake, page| {
        fake.answer(200, page.clone())
    });
    let oldest = Timestamp::parse_rfc3339("2026-02-10T12:30:00Z").unwrap();
    let commands = now(client(&transport).commands_back_to(&device(), oldest)).unwrap();
    (commands.len(), transport.requests().len())
}

const MORE: &str = r#","hasNextPage":true"#;
const LAST: &str = r#","hasNextPage":false"#;

#[test]
fn a_page_of_older_commands_is_the_last_that_is_asked_for() {
    let pages = [
        page([Some(50), Some(40)], MORE),
        page([Some(31), Some(20)], MORE),
        page([Some(19), Some(18)], MORE),
        page([Some(17)], LAST),
    ];
    assert_eq!(back_to_half_past(&pages), (6, 3));
}

#[test]
fn one_that_is_as_old_as_the_oldest_is_wanted() {
    let pages = [
        page([Some(40), Some(31)], MORE),
        page([Some(30), Some(20)], MORE),
        page([Some(10), Some(9)], MORE),
    ];
    assert_eq!(back_to_half_past(&pages), (6, 3));
}

#[test]
fn a_list_that_ends_before_is_read_to_its_end() {
    let pages = [page([Some(50)], MORE), page([Some(40)], LAST)];
    assert_eq!(back_to_half_past(&pages), (2, 2));
}

#[test]
fn a_server_that_sorts_the_other_way_is_read_to_its_end() {
    let pages = [
        page([Some(10), Some(11)], MORE),
        page([Some(12), Some(20)], MORE),
        page([Some(40), Some(50)], LAST),
    ];
    assert_eq!(back_to_half_past(&pages), (6, 3));
}

#[test]
fn a_server_that_does_not_sort_is_read_to_its_end() {
    let pages = [
        page([Some(10), Some(40)], MORE),
        page([Some(20), Some(15)], MORE),
        page([Some(50)], LAST),
    ];
    assert_eq!(back_to_half_past(&pages), (5, 3));
}

#[test]
fn pages_that_go_up_from_one_to_the_next_are_not_believed() {
    let pages = [
        page([Some(11), Some(10)], LAST),
        page([Some(50), Some(40)], LAST),
    ];
    assert_eq!(back_to_half_past(&pages[..1]), (2, 1));
    let pages = [
        page([Some(35)], MORE),
        page([Some(36), Some(35)], MORE),
        page([Some(11), Some(10)], MORE),
        page([Some(50), Some(40)], LAST),
    ];
    assert_eq!(back_to_half_past(&pages), (6, 4));
}

#[test]
fn a_single_old_command_shows_no_order() {
    let pages = [page([Some(10)], MORE), page([Some(50)], LAST)];
    assert_eq!(back_to_half_past(&pages), (2, 2));
}

#[test]
fn a_command_without_a_time_may_be_a_wanted_one() {
    let pages = [
        page([Some(50), Some(20)], MORE),
        page([Some(19), None], MORE),
        page([Some(18), Some(17)], MORE),
        page([Some(16)], LAST),
    ];
    assert_eq!(back_to_half_past(&pages), (6, 3));
}

#[test]
fn an_item_that_cannot_be_decoded_is_no_older_one() {
    let pages = [
        page([Some(50), Some(20)], MORE),
        r#"{"status":true,"data":{"items":[{"createdAt":"2026-02-10T12:10:00Z"}],"hasNextPage":true}}"#
            .to_owned(),
        page([Some(9)], LAST),
    ];
    assert_eq!(back_to_half_past(&pages), (3, 3));
}

#[test]
fn a_server_that_repeats_its_page_ends_it() {
    let same = || page([Some(50), Some(40)], MORE);
    assert_eq!(back_to_half_past(&[same(), same(), same()]), (2, 2));
}

#[test]
fn a_page_that_fails_fails_the_whole() {
    let transport = FakeTransport::new()
        .answer(200, page([Some(50), Some(40)], MORE))
        .answer(500, "");
    let oldest = Timestamp::parse_rfc3339("2026-02-10T12:30:00Z").unwrap();
    now(client(&transport).commands_back_to(&device(), oldest)).unwrap_err();
}
