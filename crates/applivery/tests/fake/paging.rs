//! Lists: whole, and from a server that lies about its pages.

use countermand_core_model::PageEnd;
use countermand_transport::{ApiErrorKind, fake::FakeTransport};

use crate::support::{ID, items, list, numbered};

fn page(items: &str, rest: &str) -> String {
    format!(r#"{{"status":true,"data":{{"items":{items}{rest}}}}}"#)
}

/// What came, how it ended, how many requests it took.
fn outcome(transport: &FakeTransport) -> (Vec<String>, PageEnd, usize) {
    let listing = list(transport).unwrap();
    let ids = listing
        .items
        .iter()
        .map(|command| command.id.to_string())
        .collect();
    (ids, listing.end, transport.requests().len())
}

fn ids(numbers: std::ops::Range<usize>) -> Vec<String> {
    numbers.map(numbered).collect()
}

#[test]
fn follows_the_pages_to_their_end() {
    let transport = FakeTransport::new()
        .answer(200, page(&items(0..2), r#","hasNextPage":true,"limit":2"#))
        .answer(200, page(&items(2..4), r#","hasNextPage":true,"limit":2"#))
        .answer(200, page(&items(4..5), r#","hasNextPage":false,"limit":2"#));
    assert_eq!(outcome(&transport), (ids(0..5), PageEnd::Complete, 3));
    let queries: Vec<_> = transport
        .requests()
        .iter()
        .map(|request| request.uri().query().unwrap_or_default().to_owned())
        .collect();
    assert_eq!(
        queries,
        [1, 2, 3].map(|number| format!("page={number}&limit=100&sort=createdAt%3Adesc"))
    );
}

#[test]
fn the_same_page_for_ever_ends() {
    let same = || page(&items(0..2), r#","hasNextPage":true"#);
    let transport = (0..5).fold(FakeTransport::new(), |fake, _| fake.answer(200, same()));
    assert_eq!(outcome(&transport), (ids(0..2), PageEnd::Repeated, 2));
}

#[test]
fn a_server_that_ignores_the_page_number_gives_each_command_once() {
    let bare = || format!(r#"{{"status":true,"data":{}}}"#, items(0..3));
    let transport = FakeTransport::new().answer(200, bare()).answer(200, bare());
    assert_eq!(outcome(&transport), (ids(0..3), PageEnd::Complete, 2));
}

#[test]
fn the_same_page_in_capitals_is_the_same_page() {
    let transport = FakeTransport::new()
        .answer(200, page(r#"[{"id":"aaaaaaaaaaaaaaaaaaaaaaaa"}]"#, ""))
        .answer(200, page(r#"[{"id":"AAAAAAAAAAAAAAAAAAAAAAAA"}]"#, ""));
    let (found, end, requests) = outcome(&transport);
    assert_eq!((found.len(), end, requests), (1, PageEnd::Complete, 2));
}

#[test]
fn always_a_next_page_and_then_nothing_is_said() {
    let transport = FakeTransport::new()
        .answer(200, page(&items(0..2), r#","hasNextPage":true"#))
        .answer(200, page("[]", r#","hasNextPage":true"#));
    assert_eq!(outcome(&transport), (ids(0..2), PageEnd::Repeated, 2));
}

#[test]
fn without_a_word_about_the_next_page() {
    let transport = FakeTransport::new().answer(200, page(&items(0..2), r#","limit":100"#));
    assert_eq!(outcome(&transport), (ids(0..2), PageEnd::Complete, 1));
    let transport = FakeTransport::new()
        .answer(200, page(&items(0..2), ""))
        .answer(200, page("[]", ""));
    assert_eq!(outcome(&transport), (ids(0..2), PageEnd::Complete, 2));
}

#[test]
fn an_empty_list_that_says_so() {
    for body in [
        page("[]", ""),
        page("[]", r#","hasNextPage":false,"totalDocs":0"#),
        r#"{"status":true,"data":[]}"#.to_owned(),
        page("null", r#","totalDocs":0"#),
        r#"{"status":true,"data":{"totalDocs":0}}"#.to_owned(),
    ] {
        let transport = FakeTransport::new().answer(200, body.clone());
        assert_eq!(
            outcome(&transport),
            (vec![], PageEnd::Complete, 1),
            "{body}"
        );
    }
}

#[test]
fn what_is_no_list_is_not_an_empty_one() {
    for body in [
        "",
        "{}",
        "[]",
        r#"{"status":true}"#,
        r#"{"status":true,"data":null}"#,
        r#"{"status":true,"data":{}}"#,
        r#"{"status":true,"data":{"items":null}}"#,
        r#"{"status":true,"data":{"items":null,"totalDocs":3}}"#,
        r#"{"status":true,"data":{"items":{}}}"#,
        r#"{"status":true,"data":{"items":"x"}}"#,
        r#"{"status":true,"data":"x"}"#,
        "<html>",
    ] {
        let transport = FakeTransport::new().answer(200, body);
        let error = list(&transport).unwrap_err();
        assert_eq!(error.kind(), ApiErrorKind::Unreadable, "{body}");
    }
    let transport = FakeTransport::new();
    let empty = list(&transport.answer(204, "")).unwrap_err();
    assert_eq!(empty.kind(), ApiErrorKind::Unreadable);
}

#[test]
fn items_without_a_valid_id_are_counted_and_end_nothing() {
    let bad = format!(
        r#"[null,3,"x",[],{{}},{{}},{{"id":"123"}},{{"id":"{ID}","_id":"{}"}},{{"id":"{ID}","status":"PENDING"}}]"#,
        numbered(1)
    );
    let transport = FakeTransport::new()
        .answer(200, page(&bad, r#","hasNextPage":true"#))
        .answer(200, page(&items(5..6), r#","hasNextPage":false"#));
    let listing = list(&transport).unwrap();
    assert_eq!(listing.items.len(), 2);
    assert_eq!(listing.items[0].id.as_str(), ID);
    assert_eq!(listing.undecodable, 8);
    assert_eq!(listing.end, PageEnd::Complete);
    assert!(!listing.is_whole());
}

#[test]
fn a_page_of_nothing_decodable_that_comes_again_ends() {
    let same = || page("[{},{}]", r#","hasNextPage":true"#);
    let transport = (0..9).fold(FakeTransport::new(), |fake, _| fake.answer(200, same()));
    let listing = list(&transport).unwrap();
    assert_eq!((listing.items.len(), listing.undecodable), (0, 2));
    assert_eq!(listing.end, PageEnd::Repeated);
    assert_eq!(transport.requests().len(), 2);
}

#[test]
fn a_page_that_fails_fails_the_whole() {
    let transport = FakeTransport::new()
        .answer(200, page(&items(0..2), r#","hasNextPage":true"#))
        .answer(500, "");
    let error = list(&transport).unwrap_err();
    assert_eq!(error.kind(), ApiErrorKind::Server);
}

#[test]
fn whichever_sign_promises_most_counts() {
    for (rest, requests) in [
        (r#","hasNextPage":false,"totalDocs":3"#, 1),
        (r#","totalDocs":3,"limit":100"#, 2),
        (r#","hasNextPage":false,"nextPage":2,"totalDocs":1"#, 2),
        (r#","hasNextPage":false,"totalPages":"9","limit":100"#, 2),
    ] {
        let same = || page(&items(0..1), rest);
        let transport = FakeTransport::new().answer(200, same()).answer(200, same());
        assert_eq!(
            outcome(&transport),
            (ids(0..1), PageEnd::Repeated, requests),
            "{rest}"
        );
    }
    // A page that is named is there, whatever else is said.
    let transport = FakeTransport::new()
        .answer(
            200,
            page(
                &items(0..1),
                r#","hasNextPage":false,"nextPage":2,"totalDocs":2"#,
            ),
        )
        .answer(
            200,
            page(
                &items(1..2),
                r#","hasNextPage":false,"nextPage":null,"totalDocs":2"#,
            ),
        );
    assert_eq!(outcome(&transport), (ids(0..2), PageEnd::Complete, 2));
}

#[test]
fn a_broken_item_is_counted_and_hides_no_other() {
    for broken in [
        &b"{\"id\":\"507f1f77bcf86cd799439012\",\"name\":\"caf\xe9\"}"[..],
        br#"{"id":"507f1f77bcf86cd799439012","status":NaN}"#,
        br#"{"id":"507f1f77bcf86cd799439012","x":[Infinity]}"#,
        br#"{"id":"507f1f77bcf86cd799439012","x":1e999,"createdAt":1e999}"#,
    ] {
        for (before, after) in [(0, 2), (1, 2), (2, 2)] {
            let good = |numbers| items(numbers).trim_matches(['[', ']']).to_owned();
            let parts = [good(0..before), String::from("@"), good(before..after)];
            let listed = parts.iter().filter(|part| !part.is_empty());
            let listed = listed.cloned().collect::<Vec<_>>().join(",");
            let text = page(
                &format!("[{listed}]"),
                r#","hasNextPage":false,"totalDocs":3"#,
            );
            let (start, end) = text.split_once('@').unwrap();
            let body = [start.as_bytes(), broken, end.as_bytes()].concat();
            let listing = list(&FakeTransport::new().answer(200, body)).unwrap();
            assert_eq!(listing.items.len(), 2);
            assert_eq!((listing.undecodable, listing.end), (1, PageEnd::Complete));
            assert!(!listing.is_whole());
        }
    }
    // What says whether this is a good answer is never mended.
    for body in [
        r#"{"status":NaN,"data":{"items":[{"id":"507f1f77bcf86cd799439012"}]}}"#,
        r#"{"status":false,"error":{"code":3001},"data":{"items":[NaN]}}"#,
        r#"{"status":true,"data":{"items":[NaN"#,
    ] {
        let error = list(&FakeTransport::new().answer(200, body)).unwrap_err();
        assert!(!matches!(error.kind(), ApiErrorKind::Server), "{body}");
    }
}
