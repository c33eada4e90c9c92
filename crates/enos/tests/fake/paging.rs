//! Searches that end, whatever the server does, and say whether they are whole.

use countermand_core_model::{CommandState, Listing, PageEnd};
use countermand_transport::{ApiError, ApiErrorKind, fake::FakeTransport};
use serde_json::{Value, json};

use crate::setup::*;

fn page(items: &[Value], pagination: Value) -> String {
    json!({"code": 0, "msg": "OK", "requestId": "req-1", "data": items, "pagination": pagination})
        .to_string()
}

fn commands(ids: std::ops::Range<u32>) -> Vec<Value> {
    ids.map(|id| command(&id.to_string(), 1 + i64::from(id % 7)))
        .collect()
}

fn of(total: u32) -> Value {
    json!({"sortedBy": null, "pageNo": 1, "pageSize": 50, "totalSize": total})
}

#[tokio::test]
async fn all_pages_of_fifty_are_fetched() {
    let fake = FakeTransport::new()
        .answer(200, page(&commands(0..50), of(120)))
        .answer(200, page(&commands(50..100), of(120)))
        .answer(200, page(&commands(100..120), of(120)));
    let listing = unsigned(&fake).commands(&by_key(), None).await.unwrap();
    assert_eq!(listing.items.len(), 120);
    assert!(listing.is_whole());
    let bodies = bodies(&fake);
    for (at, body) in bodies.iter().enumerate() {
        assert_eq!(
            *body,
            json!({"pagination": {"pageNo": at + 1, "pageSize": 50}})
        );
    }
    assert_eq!(
        fake.requests()[0].headers()["content-type"],
        "application/json"
    );
    assert_eq!(
        fake.requests()[0].uri().query(),
        Some("action=search&orgId=yourOrgId&productKey=yourProductKey&deviceKey=yourDeviceKey")
    );
}

#[tokio::test]
async fn a_state_is_asked_for_by_its_number_and_filtered_again() {
    for (state, number) in [
        (CommandState::Pending, Some(1)),
        (CommandState::Cancelled, Some(2)),
        (CommandState::Expired, Some(3)),
        (CommandState::Sent, Some(4)),
        (CommandState::Succeeded, Some(5)),
        (CommandState::Failed, Some(6)),
        (CommandState::TimedOut, Some(7)),
        (CommandState::Unknown, None),
    ] {
        // This server ignores the expression.
        let items: Vec<Value> = (1..=8)
            .map(|number| command(&number.to_string(), number))
            .collect();
        let fake = FakeTransport::new().answer(200, page(&items, of(8)));
        let listing = unsigned(&fake)
            .commands(&by_key(), Some(state))
            .await
            .unwrap();
        let expression = number.map(|number| json!(format!("state = {number}")));
        assert_eq!(bodies(&fake)[0].get("expression"), expression.as_ref());
        let ids: Vec<_> = listing
            .items
            .iter()
            .map(|command| command.id.to_string())
            .collect();
        assert_eq!(ids, [number.unwrap_or(8).to_string()]);
        assert!(listing.is_whole());
    }
}

async fn listed(pages: &[String]) -> Listing<countermand_core_model::Command> {
    let fake = pages.iter().fold(FakeTransport::new(), |fake, page| {
        fake.answer(200, page.clone())
    });
    unsigned(&fake).commands(&by_key(), None).await.unwrap()
}

#[tokio::test]
async fn a_server_that_repeats_its_page_ends_the_walk_and_is_told() {
    let same = page(&commands(0..50), of(120));
    let listing = listed(&[same.clone(), same]).await;
    assert_eq!((listing.items.len(), listing.end), (50, PageEnd::Repeated));
    assert!(!listing.is_whole());
}

#[tokio::test]
async fn without_pagination_one_page_more_settles_it() {
    let listing = listed(&[ok(json!(commands(0..3))), ok(json!([]))]).await;
    assert_eq!((listing.items.len(), listing.is_whole()), (3, true));
    let same = ok(json!(commands(0..3)));
    let listing = listed(&[same.clone(), same]).await;
    assert_eq!((listing.items.len(), listing.is_whole()), (3, true));
}

#[tokio::test]
async fn a_page_shorter_than_the_size_it_echoes_is_the_last() {
    let listing = listed(&[page(&commands(0..3), json!({"pageNo": 1, "pageSize": 50}))]).await;
    assert_eq!((listing.items.len(), listing.is_whole()), (3, true));
}

#[tokio::test]
async fn counts_may_be_texts() {
    let listing = listed(&[page(
        &commands(0..3),
        json!({"pageNo": "1", "pageSize": "50", "totalSize": "3"}),
    )])
    .await;
    assert!(listing.is_whole());
}

#[tokio::test]
async fn strangers_and_what_has_no_id_are_left_out_and_counted() {
    let mut stranger = command("3", 1);
    stranger["deviceKey"] = json!("other");
    let items = [
        command("1", 1),
        stranger,
        command("not a number", 1),
        json!({"commandId": null, "state": 1}),
        json!(7),
        json!(null),
        command("2", 1),
    ];
    let listing = listed(&[page(&items, of(7))]).await;
    assert_eq!((listing.items.len(), listing.undecodable), (2, 5));
    assert!(!listing.is_whole());
    // What comes again is counted once.
    let same = page(&items, of(70));
    assert_eq!(listed(&[same.clone(), same]).await.undecodable, 5);
}

#[tokio::test]
async fn illegible_pages_without_end_are_given_up() {
    let same = ok(json!([{}, {}]));
    let listing = listed(&vec![same; 3]).await;
    assert_eq!((listing.items.len(), listing.end), (0, PageEnd::Repeated));
    assert!(listing.undecodable > 0);
}

async fn search_error(body: &str) -> ApiError {
    let fake = FakeTransport::new().answer(200, body.to_owned());
    unsigned(&fake).commands(&by_key(), None).await.unwrap_err()
}

#[tokio::test]
async fn a_missing_list_never_claims_that_nothing_waits() {
    for body in [
        r#"{"code":0}"#,
        r#"{"code":0,"data":null}"#,
        r#"{"code":0,"data":null,"pagination":{"totalSize":3}}"#,
        r#"{"code":0,"data":{}}"#,
        r#"{"code":0,"data":"none"}"#,
    ] {
        assert_eq!(
            search_error(body).await.kind(),
            ApiErrorKind::Unreadable,
            "{body}"
        );
    }
    let empty = [
        page(&[], of(0)),
        r#"{"code":0,"data":null,"pagination":{"totalSize":0}}"#.to_owned(),
        r#"{"code":0,"data":[]}"#.to_owned(),
    ];
    for body in empty {
        let listing = listed(&[body]).await;
        assert!(listing.items.is_empty() && listing.is_whole());
    }
    // An empty list that contradicts its own count is not the whole.
    assert!(!listed(&[page(&[], of(3))]).await.is_whole());
}

#[tokio::test]
async fn a_page_that_fails_fails_the_search() {
    let fake = FakeTransport::new()
        .answer(200, page(&commands(0..50), of(120)))
        .answer(500, "");
    let error = unsigned(&fake).commands(&by_key(), None).await.unwrap_err();
    assert_eq!(error.kind(), ApiErrorKind::Server);
}

#[tokio::test]
async fn the_newest_are_one_page_in_any_state() {
    let fake = FakeTransport::new().answer(200, page(&commands(0..50), of(120)));
    let newest = unsigned(&fake).newest_commands(&by_asset()).await;
    // They say nothing of another asset than the one asked for.
    assert_eq!(newest.unwrap().len(), 50);
    assert_eq!(
        bodies(&fake),
        [json!({"pagination": {"pageNo": 1, "pageSize": 50}})]
    );
}

#[tokio::test]
async fn a_broken_item_is_counted_and_hides_no_other() {
    for broken in [
        &b"{\"commandId\":\"9\",\"tslIdentifier\":\"\xe9\"}"[..],
        br#"{"commandId":"9","inputData":NaN}"#,
        br#"{"commandId":"9","inputData":[-Infinity]}"#,
    ] {
        let text = page(&[command("1", 1), json!("@"), command("2", 1)], of(3));
        let (start, end) = text.split_once("\"@\"").unwrap();
        let body = [start.as_bytes(), broken, end.as_bytes()].concat();
        let fake = FakeTransport::new().answer(200, body);
        let listing = unsigned(&fake).commands(&by_key(), None).await.unwrap();
        assert_eq!(listing.items.len(), 2);
        assert_eq!(listing.undecodable, 1);
        assert!(!listing.is_whole());
    }
    // What is said about the pages does not hide the list; what says that it is good is never mended.
    let body = page(&[command("1", 1)], json!({"totalSize": 1})).replace(":1}", ":NaN}");
    let fake = FakeTransport::new()
        .answer(200, body.clone())
        .answer(200, body);
    let listing = unsigned(&fake).commands(&by_key(), None).await.unwrap();
    assert_eq!(listing.items.len(), 1);
    let fake = FakeTransport::new().answer(200, r#"{"code":NaN,"data":[{"commandId":"1"}]}"#);
    assert!(unsigned(&fake).commands(&by_key(), None).await.is_err());
}

#[tokio::test]
async fn what_may_wait_is_listed_with_what_waits() {
    let items: Vec<Value> = (1..=9)
        .map(|number| command(&number.to_string(), number))
        .collect();
    let fake = FakeTransport::new().answer(200, page(&items, of(9)));
    let listing = unsigned(&fake).waiting(&by_key()).await.unwrap();
    let ids: Vec<&str> = listing.items.iter().map(|one| one.id.as_str()).collect();
    assert_eq!(ids, ["1", "8", "9"]);
    assert_eq!(bodies(&fake)[0]["expression"], "state = 1");
}
