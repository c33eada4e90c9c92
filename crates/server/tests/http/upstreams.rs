//! Vendors that mean harm, or are somebody else.

use std::{
    sync::atomic::Ordering,
    time::{Duration, Instant},
};

use countermand_store::StoreLocation;
use countermand_test_postgres::Postgres;
use countermand_transport::BaseUrl;

use crate::{
    house::{ALICE, APPLIVERY_TOKEN, applivery, exported, house, start_over, tokens},
    witness::{Say, Witness, answer},
};

const TARGET: &str = "/relay/fleet/organizations/acme-mobile";
const CANCEL: &str = "/relay/fleet/organizations/acme-mobile/mdm/android/enterprise/devices/A1/commands/6b02fc79e60f56be35000085/cancel";

#[tokio::test(flavor = "multi_thread")]
async fn redirects_are_not_followed_and_not_passed_on() {
    let metadata = Witness::saying(answer("200 OK", "", "the machine's secrets"));
    for to in [
        format!("http://{}/latest/meta-data/", metadata.addr),
        "http://169.254.169.254/latest/meta-data/".to_owned(),
        "file:///etc/passwd".to_owned(),
        "//attacker.example/".to_owned(),
    ] {
        for status in [
            "301 Moved",
            "302 Found",
            "303 See Other",
            "307 Temporary",
            "308 Permanent",
        ] {
            let location = format!("Location: {to}\r\n");
            let vendor = Witness::saying(answer(status, &location, ""));
            let house = house(vec![applivery("fleet", &format!("http://{}", vendor.addr))]).await;
            let read = house.ask_as(ALICE, "GET", TARGET, "").await;
            assert_eq!(read.status, 502, "{status} {to}: {read:?}");
            assert_eq!(read.header("location"), None);
            let cancel = house.ask_as(ALICE, "POST", CANCEL, "").await;
            assert_eq!(cancel.status, 502);
            assert_eq!(
                house.audited("answered")[0]["answer"],
                "lost",
                "it may have been executed"
            );
            house.server.stop().await;
        }
    }
    assert_eq!(metadata.seen(), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gigabyte_is_not_read() {
    let vendor = Witness::saying(Say::Gigabyte);
    let house = house(vec![applivery("fleet", &format!("http://{}", vendor.addr))]).await;
    let asked = house.ask_as(ALICE, "GET", TARGET, "").await;
    assert_eq!(asked.status, 502, "{asked:?}");
    assert_eq!(asked.header("countermand-relay"), Some("upstream"));
    assert!(asked.body.len() < 1_000);
    assert!(
        vendor.sent.load(Ordering::Relaxed) < 128 << 20,
        "most of it was taken in"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_leads_only_where_it_was_configured_to() {
    // This machine's own name is one that is no loopback name, and leads to a private address.
    let name = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap();
    let name = name.trim().to_owned();
    let Some(address) = tokio::net::lookup_host((name.as_str(), 0))
        .await
        .ok()
        .and_then(|mut found| found.next())
    else {
        // Then there is no name to lead anywhere; which addresses are refused has tests of its own.
        return;
    };
    let body = r#"{"status":true,"data":{}}"#;
    let witness = Witness::at(
        "0.0.0.0",
        answer("200 OK", "content-type: application/json\r\n", body),
    );
    let base = format!("http://{name}:{}", witness.addr.port());
    assert!(
        !BaseUrl::parse_allowing_http(&base).unwrap().is_loopback(),
        "{name}"
    );
    let mut allowed = applivery("allowed", &base);
    allowed.addresses = vec![address.ip().into()];
    let house = house(vec![applivery("fleet", &base), allowed]).await;
    let refused = house.ask_as(ALICE, "GET", TARGET, "").await;
    assert_eq!(refused.status, 503, "{refused:?}");
    assert_eq!(refused.header("countermand-relay"), Some("unreachable"));
    let refused = house.ask_as(ALICE, "POST", CANCEL, "").await;
    assert_eq!(refused.status, 503, "{refused:?}");
    assert_eq!(house.audited("answered")[0]["answer"], "not_sent");
    assert_eq!(witness.seen(), Vec::<String>::new());
    let allowed = TARGET.replace("/fleet/", "/allowed/");
    assert_eq!(house.ask_as(ALICE, "GET", &allowed, "").await.status, 200);
    assert_eq!(witness.seen().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_vendor_echoes_and_sets_does_not_come_through() {
    let body = format!(
        r#"{{"status":false,"error":{{"code":4003,"message":"Bearer {APPLIVERY_TOKEN} is not allowed"}}}}"#
    );
    let headers = format!(
        "Set-Cookie: a={APPLIVERY_TOKEN}\r\nX-Echo: {APPLIVERY_TOKEN}\r\nAccess-Control-Allow-Origin: *\r\nContent-Security-Policy: default-src *\r\nRetry-After: 7\r\ncontent-type: text/html\r\n"
    );
    let vendor = Witness::saying(answer("403 Forbidden", &headers, &body));
    let house = house(vec![applivery("fleet", &format!("http://{}", vendor.addr))]).await;
    let asked = house.ask_as(ALICE, "POST", CANCEL, "").await;
    assert_eq!(asked.status, 403);
    assert_eq!(
        asked.json()["error"]["message"],
        "Bearer [redacted] is not allowed"
    );
    for name in ["set-cookie", "x-echo", "access-control-allow-origin"] {
        assert_eq!(asked.header(name), None, "{name}");
    }
    assert_eq!(
        asked.header("content-type"),
        Some("text/plain; charset=utf-8")
    );
    assert_eq!(asked.headers("content-security-policy").len(), 1);
    assert!(
        asked
            .header("content-security-policy")
            .unwrap()
            .starts_with("default-src 'none'")
    );
    assert!(
        vendor.seen()[0].contains(APPLIVERY_TOKEN),
        "the vendor is sent it"
    );
    assert!(!exported(&house.store).contains(APPLIVERY_TOKEN));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_vendor_that_is_busy_is_waited_for_by_everybody_and_says_how_long() {
    let vendor = Witness::saying(answer("429 Too Many Requests", "Retry-After: 30\r\n", "{}"));
    let house = house(vec![applivery("fleet", &format!("http://{}", vendor.addr))]).await;
    let first = house.ask_as(ALICE, "GET", TARGET, "").await;
    assert_eq!(
        (first.status, first.header("retry-after")),
        (429, Some("30"))
    );
    assert_eq!(first.header("countermand-relay"), None, "the vendor's own");
    let second = house.ask_as(ALICE, "GET", TARGET, "").await;
    assert_eq!(second.status, 429);
    assert_eq!(second.header("countermand-relay"), Some("rate"));
    let wait: u64 = second.header("retry-after").unwrap().parse().unwrap();
    assert!((20..=30).contains(&wait), "{wait}");
    assert_eq!(vendor.seen().len(), 1, "nobody asked it a second time");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_vendor_that_is_busy_is_waited_for_at_every_instance() {
    let postgres = Postgres::start().unwrap();
    let store: StoreLocation = postgres.database().unwrap().parse().unwrap();
    let vendor = Witness::saying(answer("429 Too Many Requests", "Retry-After: 30\r\n", "{}"));
    let start = async || {
        let mut connection = applivery("fleet", &format!("http://{}", vendor.addr));
        connection.rate = Some("10000/h, burst 100".parse().unwrap());
        let connections = vec![connection];
        let folder = tempfile::tempdir().unwrap();
        let started = start_over(folder, connections, tokens(), Some(store.clone()));
        started.await.unwrap()
    };
    let (one, other) = (start().await, start().await);
    let asked = one.ask_as(ALICE, "GET", TARGET, "").await;
    assert_eq!(asked.header("countermand-relay"), None, "the vendor's own");
    let there = other.ask_as(ALICE, "GET", TARGET, "").await;
    assert_eq!(there.header("countermand-relay"), Some("rate"), "{there:?}");
    let wait: u64 = there.header("retry-after").unwrap().parse().unwrap();
    assert!((20..=30).contains(&wait), "{wait}");
    assert_eq!(vendor.seen().len(), 1, "nobody asked it a second time");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancel_whose_asker_is_gone_is_still_written_down() {
    let vendor = Witness::saying(Say::Nothing);
    let house = house(vec![applivery("fleet", &format!("http://{}", vendor.addr))]).await;
    let (addr, own) = (house.server.addr(), house.own(ALICE));
    let request =
        format!("POST {CANCEL} HTTP/1.1\r\nHost: {addr}\r\n{own}Content-Length: 0\r\n\r\n");
    let gone = std::net::TcpStream::connect(addr).unwrap();
    std::io::Write::write_all(&mut &gone, request.as_bytes()).unwrap();
    let began = Instant::now();
    while vendor.seen().is_empty() {
        assert!(began.elapsed() < Duration::from_secs(60), "it never left");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    drop(gone);
    // The vendor never answers: at its deadline that is written down, though nobody asks any more.
    while house.audited("answered").is_empty() {
        assert!(
            began.elapsed() < Duration::from_secs(120),
            "its end was never written"
        );
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert_eq!(house.audited("answered")[0]["answer"], "lost");
}
