//! Sessions: opened once, never fixed, never replayed, never used from elsewhere.

use std::{sync::Arc, time::Duration};

use countermand_core_model::Timestamp;
use countermand_server::{
    StoreLocation,
    access::{ProxyConfig, SignIn, StaticToken},
};
use countermand_test_postgres::Postgres;
use countermand_transport::Timer;

use crate::{
    clock::Clock,
    house::{
        ALICE, House, house, house_with, launched, sha256, simulated, simulator, start_at,
        start_over, tokens,
    },
    run_houses::until,
    wire::Answer,
};

fn cookie(answer: &Answer) -> String {
    let set = answer
        .header("set-cookie")
        .unwrap_or_else(|| panic!("{answer:?}"));
    for attribute in ["; HttpOnly", "; SameSite=Strict", "; Path=/"] {
        assert!(set.contains(attribute), "{set}");
    }
    set.split(';').next().unwrap().to_owned()
}

async fn user(house: &House, cookie: &str) -> serde_json::Value {
    let asked = house
        .ask(
            "GET",
            "/connections.json",
            &format!("Cookie: {cookie}\r\n"),
            "",
        )
        .await;
    asked.json()["relay"]["user"].clone()
}

fn own(house: &House) -> String {
    format!("Origin: {}\r\n", house.server.origin())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_opens_a_session_once() {
    let simulator = simulator().await;
    let (house, links) = launched(simulated(&simulator)).await;
    let token = links.mint().unwrap();
    let link = format!("/launch?token={token}");
    for wrong in [
        "/launch",
        "/launch?token=",
        "/launch?token=x",
        &format!("{link}x"),
        &format!("{link}&token={token}"),
    ] {
        let asked = house.ask("GET", wrong, "", "").await;
        assert_eq!(
            (asked.status, asked.header("set-cookie")),
            (403, None),
            "{wrong}"
        );
    }
    assert_eq!(
        house.ask("HEAD", &link, "", "").await.status,
        405,
        "who only looks does not use it up"
    );
    for looking_ahead in [
        "Sec-Purpose: prefetch\r\n",
        "Sec-Purpose: prefetch;prerender\r\n",
        "Purpose: prefetch\r\n",
        "X-Moz: prefetch\r\n",
        "Sec-Fetch-Mode: no-cors\r\nSec-Fetch-Dest: image\r\n",
        "Sec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: iframe\r\n",
        "Sec-Fetch-Mode: cors\r\nSec-Fetch-Dest: empty\r\n",
    ] {
        let asked = house.ask("GET", &link, looking_ahead, "").await;
        assert_eq!(
            (asked.status, asked.header("set-cookie")),
            (503, None),
            "{looking_ahead}"
        );
    }
    let visit = "Sec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: document\r\nSec-Fetch-User: ?1\r\n";
    let opened = house.ask("GET", &link, visit, "").await;
    assert_eq!((opened.status, opened.header("location")), (303, Some("/")));
    assert_eq!(opened.header("cache-control"), Some("no-store"));
    assert_eq!(user(&house, &cookie(&opened)).await, "local");
    let again = house.ask("GET", &link, "", "").await;
    assert_eq!((again.status, again.header("set-cookie")), (403, None));
    // In the browser that it let in it leads there again, and lets nobody else in.
    let session = format!("Cookie: {}\r\n", cookie(&opened));
    let same = house.ask("GET", &link, &session, "").await;
    assert_eq!((same.status, same.header("location")), (303, Some("/")));
    assert_eq!(same.header("set-cookie"), None);
    let other = house
        .ask("GET", &link, "Cookie: countermand-session-1=x\r\n", "")
        .await;
    assert_eq!(other.status, 403);
    // From a page of another site the cookie does not come along; the browser is sent here once more by ours.
    let elsewhere =
        "Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: document\r\n";
    let once_more = house.ask("GET", &link, elsewhere, "").await;
    assert_eq!(
        (once_more.status, once_more.header("set-cookie")),
        (200, None)
    );
    assert!(
        once_more.body.contains(&format!("url={link}")),
        "{once_more:?}"
    );
    let foreign = house
        .ask("GET", "/launch?token=x\"><b>", elsewhere, "")
        .await;
    assert!(
        foreign.status >= 400 && !foreign.body.contains("<b>"),
        "{foreign:?}"
    );
    let own = format!("{}{session}", own(&house));
    house.ask("POST", "/relay/sign-out", &own, "").await;
    let out = house.ask("GET", &link, &session, "").await;
    assert_eq!(out.status, 403, "signed out is signed out");
    assert_eq!(house.audited("signed_in").len(), 1);
    assert!(
        house
            .audited("sign_in_failed")
            .iter()
            .all(|line| line["kind"] == "unknown_link")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_opens_a_session_and_a_wrong_one_does_not() {
    let simulator = simulator().await;
    let house = house(simulated(&simulator)).await;
    let own = own(&house);
    let body = format!(r#"{{"token":"{ALICE}"}}"#);
    let foreign = house
        .ask(
            "POST",
            "/relay/sign-in",
            "Origin: https://attacker.example\r\n",
            &body,
        )
        .await;
    assert_eq!((foreign.status, foreign.header("set-cookie")), (403, None));
    for wrong in [r#"{"token":"wrong"}"#, r#"{"token":""}"#] {
        let refused = house.ask("POST", "/relay/sign-in", &own, wrong).await;
        assert_eq!((refused.status, refused.header("set-cookie")), (403, None));
    }
    for broken in ["", "token", "{}", r#"{"token":"a","more":1}"#] {
        assert_eq!(
            house
                .ask("POST", "/relay/sign-in", &own, broken)
                .await
                .status,
            400,
            "{broken}"
        );
    }
    let opened = house.ask("POST", "/relay/sign-in", &own, &body).await;
    assert_eq!(opened.status, 204, "{opened:?}");
    assert_eq!(user(&house, &cookie(&opened)).await, "alice");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_ends_at_its_time_and_the_sessions_that_it_opened_with_it() {
    let simulator = simulator().await;
    let clock = Clock::default();
    let minute = Duration::from_secs(60);
    let ends = clock.now().as_millis() + 600_000;
    let ends = Timestamp::from_millis(ends).unwrap();
    let token = StaticToken::new("alice", &sha256(ALICE)).unwrap();
    let sign_in = SignIn::Tokens(vec![token.expiring(ends)]);
    let (folder, timer) = (tempfile::tempdir().unwrap(), Arc::new(clock.clone()));
    let house = start_at(folder, simulated(&simulator), sign_in, None, Some(timer)).await;
    let house = house.unwrap();
    let org = simulator.description().applivery.org;
    let target = format!("/relay/fleet/organizations/{org}");
    let body = format!(r#"{{"token":"{ALICE}"}}"#);
    let opened = house
        .ask("POST", "/relay/sign-in", &own(&house), &body)
        .await;
    let session = cookie(&opened);
    clock.advance(8 * minute);
    assert_eq!(user(&house, &session).await, "alice");
    assert_eq!(house.ask_as(ALICE, "GET", &target, "").await.status, 200);
    clock.advance(3 * minute);
    assert_eq!(user(&house, &session).await, serde_json::Value::Null);
    assert_eq!(house.ask_as(ALICE, "GET", &target, "").await.status, 401);
    let again = house
        .ask("POST", "/relay/sign-in", &own(&house), &body)
        .await;
    assert_eq!((again.status, again.header("set-cookie")), (403, None));
    let failed = house.audited("sign_in_failed");
    assert_eq!(failed.len(), 2);
    assert!(failed.iter().all(|line| line["kind"] == "expired_token"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_cannot_be_fixed_or_replayed_or_used_from_another_origin() {
    let simulator = simulator().await;
    let house = house(simulated(&simulator)).await;
    let port = house.server.addr().port();
    let fixed = format!("countermand-session-{port}=chosen-by-mallory");
    let body = format!(r#"{{"token":"{ALICE}"}}"#);
    let headers = format!("{}Cookie: {fixed}\r\n", own(&house));
    let opened = house.ask("POST", "/relay/sign-in", &headers, &body).await;
    let session = cookie(&opened);
    assert_ne!(session, fixed);
    assert_eq!(
        user(&house, &fixed).await,
        serde_json::Value::Null,
        "what was there before is no session"
    );
    // Two of the name: one of them is somebody else's.
    assert_eq!(
        user(&house, &format!("{session}; {fixed}")).await,
        serde_json::Value::Null
    );
    let org = simulator.description().applivery.org;
    let target = format!("/relay/fleet/organizations/{org}");
    let with = |headers: &str| format!("{headers}Cookie: {session}\r\n");
    assert_eq!(house.ask("GET", &target, &with(""), "").await.status, 200);
    for headers in [
        "Origin: https://attacker.example\r\n",
        "Sec-Fetch-Site: cross-site\r\n",
        "Sec-Fetch-Site: same-site\r\n",
    ] {
        assert_eq!(
            house.ask("GET", &target, &with(headers), "").await.status,
            403
        );
        assert_eq!(
            house
                .ask("POST", "/relay/sign-out", &with(headers), "")
                .await
                .status,
            403
        );
    }
    assert_eq!(
        house
            .ask("GET", "/relay/sign-out", &with(""), "")
            .await
            .status,
        405
    );
    assert_eq!(user(&house, &session).await, "alice");
    let out = house
        .ask("POST", "/relay/sign-out", &with(&own(&house)), "")
        .await;
    assert_eq!(out.status, 204);
    assert!(out.header("set-cookie").unwrap().contains("Max-Age=0"));
    assert_eq!(
        user(&house, &session).await,
        serde_json::Value::Null,
        "signed out is signed out"
    );
    assert_eq!(house.ask("GET", &target, &with(""), "").await.status, 401);
    assert_eq!(house.audited("signed_out")[0]["who"], "alice");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proxy_is_believed_where_it_connects_from_and_nowhere_else() {
    let simulator = simulator().await;
    let proxy = |from: &str| {
        SignIn::Proxy(ProxyConfig {
            header: "x-user".parse().unwrap(),
            groups_header: None,
            from: vec![from.parse().unwrap()],
        })
    };
    let trusting = house_with(simulated(&simulator), proxy("127.0.0.0/8")).await;
    let other = house_with(simulated(&simulator), proxy("10.0.0.0/8")).await;
    let asked = |answer: Answer| answer.json()["relay"]["user"].clone();
    let header = "X-User: alice\r\n";
    assert_eq!(
        asked(trusting.ask("GET", "/connections.json", header, "").await),
        "alice"
    );
    assert_eq!(
        asked(trusting.ask("GET", "/connections.json", "", "").await),
        serde_json::Value::Null
    );
    assert_eq!(
        asked(other.ask("GET", "/connections.json", header, "").await),
        serde_json::Value::Null
    );
}

/// The cookie as another server's browser would send it: its name has the port, because cookies have none.
fn as_at(house: &House, cookie: &str) -> String {
    let (_, token) = cookie.split_once('=').unwrap();
    let port = house.server.addr().port();
    format!("countermand-session-{port}={token}")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_outlives_the_server_and_is_one_at_every_instance() {
    let postgres = Postgres::start().unwrap();
    let store: StoreLocation = postgres.database().unwrap().parse().unwrap();
    let simulator = simulator().await;
    let start = |folder| start_over(folder, simulated(&simulator), tokens(), Some(store.clone()));
    let folder = || tempfile::tempdir().unwrap();
    let (one, other) = (
        start(folder()).await.unwrap(),
        start(folder()).await.unwrap(),
    );
    let body = format!(r#"{{"token":"{ALICE}"}}"#);
    let opened = one.ask("POST", "/relay/sign-in", &own(&one), &body).await;
    let cookie = cookie(&opened);
    assert_eq!(user(&other, &as_at(&other, &cookie)).await, "alice");
    one.server.stop().await;
    let one = start(one.folder).await.unwrap();
    assert_eq!(
        user(&one, &as_at(&one, &cookie)).await,
        "alice",
        "after a restart"
    );
    let headers = format!("{}Cookie: {}\r\n", own(&other), as_at(&other, &cookie));
    let out = other.ask("POST", "/relay/sign-out", &headers, "").await;
    assert_eq!(out.status, 204);
    let here = || async {
        let headers = format!("{}Cookie: {}\r\n", own(&one), as_at(&one, &cookie));
        one.ask("GET", "/connections.json", &headers, "")
            .await
            .json()
    };
    until(
        here,
        |info| info["relay"]["user"].is_null(),
        "it ends here, too",
    )
    .await;
}
