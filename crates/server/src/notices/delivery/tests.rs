//! Deliveries to receivers that fail in every way, over real connections and a real store.

mod receiver;

use std::net::SocketAddr;

use base64::{Engine, prelude::BASE64_STANDARD as BASE64};
use countermand_core_model::Secret;
use countermand_store::{NewNotice, StoreLocation};
use countermand_test_postgres::Postgres;
use countermand_transport::{Timer, TokioTimer, fake::FakeTimer};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::json;
use sha2::Sha256;
use tempfile::TempDir;

use self::receiver::{Do, Got, Receiver};
use super::*;
use crate::notices::{
    Webhook,
    notice::{Notice, RunFacts},
    room::Notices,
};

const KEY: &str = "a-key-of-webhooks-for-tests";

/// How long something may take that should take less than a second.
const PATIENCE: Duration = Duration::from_secs(30);

/// Waits until a receiver has got so many requests.
async fn gets(receiver: &Receiver, count: usize) -> Vec<Got> {
    until(async || receiver.got().len() >= count).await;
    receiver.got()
}

async fn until(is_so: impl AsyncFn() -> bool) {
    let all = async {
        while !is_so().await {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(PATIENCE, all).await.expect("never");
}

fn fast() -> Pace {
    Pace {
        tick: Duration::from_millis(10),
        claim: Duration::from_millis(400),
        first_wait: Duration::from_millis(20),
        longest_wait: Duration::from_millis(40),
        upkeep: PATIENCE,
    }
}

fn to(addr: SocketAddr) -> Destination {
    let url = Secret::from(format!("http://{addr}/hook?to=ops"));
    let local = vec!["127.0.0.0/8".parse().unwrap()];
    let webhook = Webhook::new(&url, &Secret::from(KEY), local).unwrap();
    Destination::new("chat", Way::Webhook(webhook)).unwrap()
}

/// A server's notices, over a store.
struct Teller {
    notices: Notices,
    metrics: Arc<Metrics>,
    store: Store,
}

impl Teller {
    fn over(store: &Store, pace: Pace, destinations: Vec<Destination>) -> Self {
        let (timer, metrics) = (Arc::new(TokioTimer::default()), Arc::new(Metrics::new()));
        let notices = Notices::begin_at(
            pace,
            destinations,
            store.clone(),
            timer,
            "https://countermand.example",
            Arc::clone(&metrics),
        );
        Self {
            notices: notices.unwrap(),
            metrics,
            store: store.clone(),
        }
    }

    async fn tell(&self, run: &str) {
        self.notices.tell(finished(run)).await.unwrap();
    }

    /// Waits until so many attempts had this outcome.
    async fn counts(&self, outcome: &str, count: u64) {
        let line = format!("notices_total{{destination=\"chat\",outcome=\"{outcome}\"}} {count}");
        until(async || self.metrics.text().contains(&line)).await;
    }

    /// Nothing waits any more.
    async fn assert_nothing_waits(&self) {
        let late = Timestamp::from_millis(4_000_000_000_000).unwrap();
        let due = self.store.claim_notices("chat", late, late, 10).await;
        assert_eq!(due.unwrap(), []);
    }
}

fn finished(run: &str) -> Notice {
    Notice::RunFinished {
        run: RunFacts {
            connection: "fleet".to_owned(),
            run: run.to_owned(),
            by: "alice".to_owned(),
            reason: Some("a wrong lock".to_owned()),
            ticket: None,
            done: 3,
            total: 3,
            outcomes: [("cancelled".to_owned(), 3)].into(),
        },
    }
}

async fn store() -> (Store, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let file = StoreLocation::File(folder.path().join("store.sqlite"));
    (Store::open(&file).await.unwrap(), folder)
}

/// As a receiver checks it that knows the key alone.
fn assert_signed(got: &Got) {
    let mut mac = Hmac::<Sha256>::new_from_slice(KEY.as_bytes()).unwrap();
    mac.update(format!("{}.{}.{}", got.id, got.timestamp, got.body).as_bytes());
    let expected = format!("v1,{}", BASE64.encode(mac.finalize().into_bytes()));
    assert_eq!(got.signature, expected);
    let now = TokioTimer::default().now().as_millis() / 1_000;
    let sent: i64 = got.timestamp.parse().unwrap();
    assert!((now - 60..=now).contains(&sent), "{sent}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_not_taken_comes_again_under_its_id_until_it_is() {
    let receiver = Receiver::doing(&[Do::Answer(500), Do::Answer(404), Do::Answer(204)]);
    let (store, _folder) = store().await;
    let teller = Teller::over(&store, fast(), vec![to(receiver.addr)]);
    teller.tell("r1").await;
    teller.counts("delivered", 1).await;
    teller.counts("failed", 2).await;
    let got = receiver.got();
    assert_eq!(got.len(), 3);
    for one in &got {
        assert_signed(one);
        assert_eq!((&one.id, &one.body), (&got[0].id, &got[0].body));
        let body: serde_json::Value = serde_json::from_str(&one.body).unwrap();
        assert_eq!(body["id"], json!(one.id));
        assert_eq!(body["kind"], "run_finished");
        assert_eq!(
            body["link"],
            "https://countermand.example/#connection=fleet&run=r1"
        );
        assert_eq!(
            (&body["run"], &body["outcomes"]),
            (&json!("r1"), &json!({"cancelled": 3}))
        );
    }
    teller.assert_nothing_waits().await;
    teller.notices.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_redirect_is_not_followed_and_is_no_success() {
    let elsewhere = Receiver::doing(&[Do::Answer(200)]);
    let receiver = Receiver::of(vec![Do::Redirect(elsewhere.addr), Do::Answer(200)]);
    let (store, _folder) = store().await;
    let teller = Teller::over(&store, fast(), vec![to(receiver.addr)]);
    teller.tell("r1").await;
    teller.counts("delivered", 1).await;
    teller.counts("failed", 1).await;
    assert_eq!(receiver.got().len(), 2);
    assert!(elsewhere.got().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receiver_that_never_answers_holds_up_no_other_and_no_stop() {
    let (hanging, well) = (
        Receiver::doing(&[Do::Hang]),
        Receiver::doing(&[Do::Answer(200)]),
    );
    let (store, _folder) = store().await;
    let mut other = to(well.addr);
    other.name = "other".to_owned();
    let teller = Teller::over(&store, fast(), vec![to(hanging.addr), other]);
    for run in ["r1", "r2", "r3"] {
        teller.tell(run).await;
    }
    gets(&hanging, 1).await;
    gets(&well, 3).await;
    let since = std::time::Instant::now();
    teller.notices.stop().await;
    assert!(since.elapsed() < GRACE * 2, "it is not waited for");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_dies_between_a_delivery_and_its_note_has_it_delivered_again_under_its_id() {
    // The first request is taken in, and its answer never comes to whoever sent it.
    let receiver = Receiver::doing(&[Do::Hang, Do::Answer(200)]);
    let (store, _folder) = store().await;
    let row = NewNotice {
        id: "n1".to_owned(),
        destination: "chat".to_owned(),
        body: "{}".to_owned(),
        made_at: TokioTimer::default().now(),
    };
    store.add_notices(&[row]).await.unwrap();
    let timer: SharedTimer = Arc::new(TokioTimer::default());
    let courier = || Courier::new(&to(receiver.addr), &timer, "https://c.example").unwrap();
    let outbox = Arc::new(Outbox {
        store: store.clone(),
        timer: timer.clone(),
        metrics: Arc::new(Metrics::new()),
        pace: fast(),
        news: Notify::new(),
        is_closing: watch::Sender::new(false),
    });
    let dying = tokio::spawn(Arc::clone(&outbox).deliver(courier()));
    gets(&receiver, 1).await;
    dying.abort();
    assert!(dying.await.unwrap_err().is_cancelled());
    let next = tokio::spawn(Arc::clone(&outbox).deliver(courier()));
    let got = gets(&receiver, 2).await;
    assert_eq!((got[0].id.as_str(), got[1].id.as_str()), ("n1", "n1"));
    outbox.is_closing.send_replace(true);
    next.await.unwrap();
    let late = Timestamp::from_millis(4_000_000_000_000).unwrap();
    assert_eq!(
        store.claim_notices("chat", late, late, 1).await.unwrap(),
        []
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn two_servers_with_one_database_deliver_once() {
    let postgres = Postgres::start().unwrap();
    let location: StoreLocation = postgres.database().unwrap().parse().unwrap();
    let receiver = Receiver::doing(&[Do::Answer(200)]);
    // Nobody's claim ends in this test, however slow the machine is.
    let pace = Pace {
        claim: PATIENCE * 2,
        ..fast()
    };
    let mut tellers = Vec::new();
    for _ in 0..2 {
        let store = Store::open(&location).await.unwrap();
        tellers.push(Teller::over(&store, pace, vec![to(receiver.addr)]));
    }
    for number in 0..40 {
        tellers[number % 2].tell(&format!("r{number}")).await;
    }
    gets(&receiver, 40).await;
    for teller in &tellers {
        teller.notices.stop().await;
    }
    let got = receiver.got();
    let ids: std::collections::BTreeSet<_> = got.iter().map(|one| &one.id).collect();
    assert_eq!((got.len(), ids.len()), (40, 40));
    tellers[0].assert_nothing_waits().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_leads_to_a_private_address_is_sent_nothing() {
    let receiver = Receiver::doing(&[Do::Answer(200)]);
    // A name that only resolution shows to be of this machine.
    let name = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap();
    let host = (name.trim(), receiver.addr.port());
    let Some(address) = tokio::net::lookup_host(host)
        .await
        .ok()
        .and_then(|mut found| found.next())
    else {
        // Then there is no name to lead anywhere; which addresses are refused has tests of its own.
        return;
    };
    assert!(!crate::addresses::is_public(address.ip()), "{address}");
    let url = format!("https://{}:{}/s3cr3t", host.0, host.1);
    let Ok(webhook) = Webhook::new(&Secret::from(url), &Secret::from(KEY), Vec::new()) else {
        panic!("{name} is refused before it is resolved");
    };
    let timer: SharedTimer = Arc::new(TokioTimer::default());
    let sender = WebhookSender::new(webhook, &timer).unwrap();
    let (store, _folder) = store().await;
    let row = NewNotice {
        id: "n1".to_owned(),
        destination: "chat".to_owned(),
        body: "{}".to_owned(),
        made_at: timer.now(),
    };
    store.add_notices(&[row]).await.unwrap();
    let (now, until) = (timer.now(), later(timer.now(), PATIENCE));
    let due = store.claim_notices("chat", now, until, 1).await.unwrap();
    let why = sender.send(&due[0], now).await.unwrap_err();
    assert!(receiver.got().is_empty());
    assert_eq!(
        why,
        "the host's name leads to no address that it may lead to"
    );
}

#[tokio::test]
async fn what_is_too_old_is_given_up_and_what_is_over_is_removed() {
    let (store, _folder) = store().await;
    let start = Timestamp::from_millis(1_790_000_000_000).unwrap();
    let timer = FakeTimer::starting_at(start);
    let outbox = Outbox {
        store: store.clone(),
        timer: Arc::new(timer.clone()),
        metrics: Arc::new(Metrics::new()),
        pace: Pace::default(),
        news: Notify::new(),
        is_closing: watch::Sender::new(false),
    };
    let row = NewNotice {
        id: "n1".to_owned(),
        destination: "chat".to_owned(),
        body: "{}".to_owned(),
        made_at: start,
    };
    store.add_notices(std::slice::from_ref(&row)).await.unwrap();
    timer.advance(GIVEN_UP_AFTER - Duration::from_secs(1));
    outbox.tidy().await.unwrap();
    assert!(!outbox.metrics.text().contains("given_up"));
    timer.advance(Duration::from_secs(1));
    outbox.tidy().await.unwrap();
    let count = "notices_total{destination=\"chat\",outcome=\"given_up\"} 1";
    assert!(
        outbox.metrics.text().contains(count),
        "{}",
        outbox.metrics.text()
    );
    let now = timer.now();
    assert_eq!(store.claim_notices("chat", now, now, 1).await.unwrap(), []);
    timer.advance(KEPT_FOR);
    outbox.tidy().await.unwrap();
    store.add_notices(&[row]).await.unwrap();
    let now = timer.now();
    let due = store.claim_notices("chat", now, now, 1).await.unwrap();
    assert_eq!(due.len(), 1, "its row was removed");
}

#[test]
fn waits_double_up_to_an_hour_and_are_spread() {
    let pace = Pace::default();
    let seconds = |attempt, share| pace.wait(attempt, share).as_secs_f64();
    assert_eq!((seconds(1, 0.0), seconds(1, 1.0)), (2.5, 5.0));
    assert_eq!((seconds(4, 0.0), seconds(4, 1.0)), (20.0, 40.0));
    assert_eq!(
        (seconds(30, 0.0), seconds(u64::MAX, 1.0)),
        (1_800.0, 3_600.0)
    );
}
