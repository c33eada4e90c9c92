//! Notices of a whole server: what they tell of, and what they never have in them.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use axum::{Router, extract::State, routing::post};
use countermand_core_model::Secret;
use countermand_server::{
    ConnectionConfig, RelayConfig,
    notices::{Destination, NoticeKind, Way, Webhook},
};
use countermand_simulator::{Fault, FaultKind, Simulator};
use countermand_store::Store;
use countermand_transport::{Timer, TokioTimer};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{
    house::{ALICE, CAROL, House, exported, rule, simulated, start_in, tokens},
    run_houses::{client, held, plan, until},
    sweeping,
    witness::{Witness, answer},
};

const KEY: &str = "s3cr3t-key-of-the-webhooks";

/// A receiver that takes everything.
#[derive(Clone, Default)]
pub struct Receiver(Arc<Mutex<Vec<Value>>>);

impl Receiver {
    pub async fn start() -> (Self, SocketAddr) {
        let receiver = Self::default();
        let take = |State(receiver): State<Self>, body: String| async move {
            let body = serde_json::from_str(&body).unwrap();
            receiver.0.lock().unwrap().push(body);
        };
        let router = Router::new().route("/hook", post(take));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let addr = listener.local_addr().unwrap();
        let service = router.with_state(receiver.clone());
        tokio::spawn(async move { axum::serve(listener, service).await });
        (receiver, addr)
    }

    pub fn got(&self) -> Vec<Value> {
        self.0.lock().unwrap().clone()
    }

    /// Waits until it was told of this, and returns all that it was told.
    pub async fn gets(&self, kind: &str) -> Vec<Value> {
        let has = |got: &Vec<Value>| got.iter().any(|one| one["kind"] == kind);
        until(|| async { self.got() }, has, kind).await
    }
}

pub fn chat(addr: SocketAddr) -> Destination {
    let url = Secret::from(format!("http://{addr}/hook?to=s3cr3t-place"));
    let local = vec!["127.0.0.0/8".parse().unwrap()];
    let webhook = Webhook::new(&url, &Secret::from(KEY), local).unwrap();
    Destination::new("chat", Way::Webhook(webhook)).unwrap()
}

async fn telling(folder: TempDir, simulator: &Simulator, notices: Vec<Destination>) -> House {
    telling_of(folder, simulated(simulator), notices).await
}

async fn telling_of(
    folder: TempDir,
    connections: Vec<ConnectionConfig>,
    notices: Vec<Destination>,
) -> House {
    let audit = folder.path().join("audit");
    let mut relay = RelayConfig::new(connections, tokens(), audit);
    relay.notices = notices;
    start_in(folder, relay).await.unwrap()
}

/// Where a person looks at a run.
fn link(house: &House, run: &Value) -> String {
    let (origin, id) = (house.server.origin(), run["id"].as_str().unwrap());
    format!("{origin}/#connection=fleet&run={id}")
}

fn folder() -> TempDir {
    tempfile::tempdir().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_finished_is_told_of_without_what_was_cancelled() {
    let (simulator, devices) = held(2, 2).await;
    simulator
        .fault(
            Fault::always(FaultKind::ExecutedAllTheSame)
                .on("applivery.cancel")
                .times(1),
        )
        .unwrap();
    let (receiver, addr) = Receiver::start().await;
    let house = telling(folder(), &simulator, vec![chat(addr)]).await;
    let run = house.start_run(&plan(&client(&simulator), &devices)).await;
    let finished = house.run_in(run["id"].as_str().unwrap(), "finished").await;
    receiver.gets("lost_race").await;
    let got = receiver.gets("run_finished").await;
    assert_eq!(got.len(), 2, "{got:?}");
    for one in &got {
        assert_eq!(
            (&one["connection"], &one["run"]),
            (&json!("fleet"), &run["id"])
        );
        assert_eq!(one["by"], "alice");
        assert_eq!(
            (&one["reason"], &one["ticket"]),
            (&json!("a wrong lock"), &json!("OPS-7"))
        );
        assert_eq!(one["outcomes"], finished["outcomes"]);
        assert_eq!(one["link"], link(&house, &run));
        let said = one.to_string();
        for device in &devices {
            let name = device.strip_prefix("applivery:").unwrap();
            assert!(!said.contains(name), "{said}");
            for command in simulator.ledger_of(device).unwrap().commands {
                assert!(!said.contains(&command.command), "{said}");
            }
        }
        assert!(!said.contains("LOCK") && !said.contains(&simulator.description().applivery.token));
    }
    let lost = got.iter().find(|one| one["kind"] == "lost_race").unwrap();
    assert_eq!(
        (&lost["count"], &finished["outcomes"]["lost_race"]),
        (&json!(1), &json!(1))
    );
    let metrics = || async { house.ask("GET", "/metrics", "", "").await.body };
    let counted = "countermand_notices_total{destination=\"chat\",outcome=\"delivered\"} 2";
    let text = until(metrics, |text| text.contains(counted), "they are counted").await;
    for secret in [KEY, "s3cr3t-place"] {
        assert!(!text.contains(secret) && !exported(&house.store).contains(secret));
        assert!(!format!("{:?}", house.server).contains(secret));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_stops_by_itself_is_told_of_and_one_that_was_stopped_is_not() {
    let (simulator, devices) = held(20, 4).await;
    let (receiver, addr) = Receiver::start().await;
    let house = telling(folder(), &simulator, vec![chat(addr)]).await;
    simulator
        .fault(Fault::always(FaultKind::Slow { ms: 100 }).on("applivery.cancel"))
        .unwrap();
    let run = house.start_run(&plan(&client(&simulator), &devices)).await;
    let id = run["id"].as_str().unwrap();
    let stop = format!("/relay/fleet/runs/{id}/stop");
    assert_eq!(house.ask_as(CAROL, "POST", &stop, "").await.status, 200);
    house.run_in(id, "stopped").await;
    simulator.clear_faults();
    let denied = FaultKind::Http {
        status: 403,
        retry_after: None,
        body: None,
        content_type: None,
        processed: false,
    };
    simulator
        .fault(Fault::always(denied).on("applivery.cancel"))
        .unwrap();
    let resume = format!("/relay/fleet/runs/{id}/resume");
    assert_eq!(house.ask_as(ALICE, "POST", &resume, "").await.status, 200);
    let got = receiver.gets("run_stopped").await;
    let stopped = house.run_in(id, "stopped").await;
    assert_eq!(got.len(), 1, "of what carol did, nothing: {got:?}");
    assert_eq!(
        (&got[0]["run"], &got[0]["why"]),
        (&json!(id), &json!("too_many_denials"))
    );
    assert_eq!(
        (&got[0]["done"], &got[0]["total"]),
        (&stopped["done"], &stopped["total"])
    );
    simulator.clear_faults();
    assert_eq!(house.ask_as(ALICE, "POST", &resume, "").await.status, 200);
    let got = receiver.gets("run_finished").await;
    assert_eq!(got.len(), 2, "{got:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn sign_ins_that_fail_in_a_row_are_told_of_once() {
    let (simulator, _) = held(1, 1).await;
    let (receiver, addr) = Receiver::start().await;
    let (other, elsewhere) = Receiver::start().await;
    let mut sooner = chat(addr);
    sooner.sign_in_failures = 3;
    let mut never = chat(elsewhere);
    never.kinds = [NoticeKind::RunFinished].into();
    // Of the destinations with one name, the store has one row.
    let house = telling(folder(), &simulator, vec![sooner]).await;
    let quiet = telling(folder(), &simulator, vec![never]).await;
    let fail = async |house: &House| {
        let refused = house.ask_as("wr0ng-t0ken-0123456789", "GET", "/relay/fleet/runs", "");
        assert_eq!(refused.await.status, 401);
    };
    for _ in 0..2 {
        fail(&house).await;
    }
    assert_eq!(
        house
            .ask_as(ALICE, "GET", "/relay/fleet/runs", "")
            .await
            .status,
        200
    );
    for _ in 0..3 {
        fail(&house).await;
        fail(&quiet).await;
    }
    let got = receiver.gets("sign_in_failures").await;
    house.server.stop().await;
    quiet.server.stop().await;
    assert_eq!(receiver.got().len(), 1, "{got:?}");
    assert_eq!(
        (&got[0]["count"], &got[0]["peer"]),
        (&json!(3), &json!("127.0.0.1"))
    );
    assert!(!got[0].to_string().contains("wr0ng"));
    assert!(other.got().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_nobody_took_is_delivered_after_the_next_start() {
    let (simulator, devices) = held(1, 1).await;
    let busy = Witness::saying(answer("503 Busy", "", ""));
    let first = telling(folder(), &simulator, vec![chat(busy.addr)]).await;
    let run = first.start_run(&plan(&client(&simulator), &devices)).await;
    first.run_in(run["id"].as_str().unwrap(), "finished").await;
    let metrics = || async { first.ask("GET", "/metrics", "", "").await.body };
    let failed = "countermand_notices_total{destination=\"chat\",outcome=\"failed\"} 1";
    until(metrics, |text| text.contains(failed), "it failed").await;
    first.server.stop().await;
    // Within a second, whoever looked after the runs is gone, too.
    let is_free = || async { Store::open(&first.store).await.is_ok() };
    until(is_free, |is| *is, "the store is free").await;
    let (receiver, addr) = Receiver::start().await;
    let second = telling(first.folder, &simulator, vec![chat(addr)]).await;
    let got = receiver.gets("run_finished").await;
    assert_eq!((got.len(), &got[0]["run"]), (1, &run["id"]));
    second.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_waits_for_approval_is_told_of_once() {
    let (simulator, devices) = held(2, 2).await;
    let (receiver, addr) = Receiver::start().await;
    let mut connections = simulated(&simulator);
    connections[0].approval = rule(Some(0), &[]);
    let house = telling_of(folder(), connections, vec![chat(addr)]).await;
    let plan = plan(&client(&simulator), &devices);
    let run = house.ask_for_run("fleet", &plan).await;
    let wanted = receiver.gets("approval_wanted").await.remove(0);
    assert_eq!(
        (&wanted["run"], &wanted["by"], &wanted["reason"]),
        (&run["id"], &json!("alice"), &json!("a wrong order"))
    );
    assert_eq!(wanted["targets"], run["total"]);
    assert_eq!(wanted["link"], link(&house, &run));
    let approve = format!("/relay/fleet/approvals/{}", run["id"].as_str().unwrap());
    let approve = house.ask_as(CAROL, "POST", &approve, r#"{"decision":"approve"}"#);
    assert_eq!(approve.await.status, 200);
    let got = receiver.gets("run_finished").await;
    assert_eq!(got.len(), 2, "{got:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_brake_to_approve_and_a_rule_to_sign_are_told_with_what_they_look_for() {
    let (simulator, _) = sweeping::incident().await;
    let (receiver, addr) = Receiver::start().await;
    let mut connections = simulated(&simulator);
    connections[0].approval = rule(None, &["WIPE"]);
    let house = telling_of(folder(), connections, vec![chat(addr)]).await;
    let terms = json!({"filter": {"kinds": ["WIPE"]}, "scope": "organization"});
    let in_an_hour = TokioTimer::default().now().plus_millis(3_600_000).unwrap();
    let proposal = json!({"sweep": terms, "valid_until": in_an_hour.to_string()}).to_string();
    let rules = "/relay/fleet/brake-rules";
    let proposed = house.ask_as(ALICE, "POST", rules, &proposal).await;
    assert_eq!(proposed.status, 201, "{proposed:?}");
    let told = receiver.gets("brake_rule_proposed").await.remove(0);
    assert_eq!(
        (&told["rule"], &told["by"], &told["automatic"]),
        (&proposed.json()["id"], &json!("alice"), &json!(false))
    );
    assert_eq!(told["sweep"], terms);
    let brake = sweeping::plan(&client(&simulator), sweeping::sweep("WIPE"));
    let run = house.ask_for_run("fleet", &brake).await;
    let got = receiver.gets("approval_wanted").await;
    let wanted = got.iter().find(|one| one["kind"] == "approval_wanted");
    let wanted = wanted.unwrap();
    assert_eq!(
        (&wanted["run"], &wanted["sweep"]),
        (&run["id"], &terms),
        "{wanted}"
    );
}
