//! The watch: what it tells of, once, and what it does not.

use countermand_server::{ConnectionConfig, RelayConfig, StoreLocation, WatchConfig};
use countermand_simulator::{
    AddCommands, Config, Fault, FaultKind, Incident, Provider, Simulator, TrueState,
};
use countermand_test_postgres::Postgres;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{
    house::{ALICE, BOB, CAROL, House, MALLORY, simulated, start_in, tokens},
    run_houses::until,
    telling::{Receiver, chat},
};

const WATCH: &str = "/relay/fleet/watch";

/// How many devices there are.
const DEVICES: usize = 120;

/// A simulator by the machine's clock, on whose devices nothing is new.
async fn fleet() -> Simulator {
    let config = Config {
        devices: DEVICES,
        ..Config::default()
    };
    let simulator = Simulator::start(config).await.unwrap();
    // What the fleet begins with was given more than a quarter of an hour ago.
    simulator.advance(1_200_000);
    simulator
}

/// Both connections, the first one watched as often as may be. The watch's clock is the simulator's.
fn watched(simulator: &Simulator) -> Vec<ConnectionConfig> {
    let mut connections = simulated(simulator);
    let mut watch = WatchConfig::default();
    watch.samples_per_minute = 600;
    connections[0].watch = Some(watch);
    connections
}

struct Setup {
    simulator: Simulator,
    receiver: Receiver,
    addr: std::net::SocketAddr,
}

impl Setup {
    async fn new() -> Self {
        let (receiver, addr) = Receiver::start().await;
        Self {
            simulator: fleet().await,
            receiver,
            addr,
        }
    }

    async fn house(&self, folder: TempDir, store: Option<StoreLocation>) -> House {
        let audit = folder.path().join("audit");
        let mut relay = RelayConfig::new(watched(&self.simulator), tokens(), audit);
        relay.notices = vec![chat(self.addr)];
        let clock = crate::clock::Clock::default();
        clock.advance(std::time::Duration::from_secs(1_200));
        relay.timer = std::sync::Arc::new(clock);
        if let Some(store) = store {
            relay.store = store;
        }
        start_in(folder, relay).await.unwrap()
    }

    fn wipe_everything(&self) {
        let incident = Incident::at(Provider::Applivery);
        self.simulator.incident(&incident).unwrap();
    }

    fn give(&self, device: usize, kind: &str) {
        let device = &self.simulator.description().applivery.devices[device];
        let order = json!({"device": device, "kind": kind});
        let order: AddCommands = serde_json::from_value(order).unwrap();
        self.simulator.add_commands(&order).unwrap();
    }

    fn surges(&self) -> Vec<Value> {
        let mut got = self.receiver.got();
        got.retain(|one| one["kind"] == "surge");
        got
    }
}

fn folder() -> TempDir {
    tempfile::tempdir().unwrap()
}

impl House {
    async fn watch(&self) -> Value {
        self.ask_as(BOB, "GET", WATCH, "").await.json()
    }

    /// Waits until so many more devices were looked at.
    async fn looks(&self, more: usize) {
        let looks = |state: &Value| state["looks"].as_u64().unwrap_or(0);
        let before = looks(&self.watch().await);
        let enough = |state: &Value| looks(state) >= before + more as u64;
        until(|| self.watch(), enough, "looks").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wipe_of_everything_is_told_of_once_and_nobody_is_said_to_have_braked() {
    let setup = Setup::new().await;
    let house = setup.house(folder(), None).await;
    house.looks(10).await;
    setup.wipe_everything();
    let got = setup.receiver.gets("surge").await;
    let told = got.iter().find(|one| one["kind"] == "surge").unwrap();
    assert_eq!(
        (&told["connection"], &told["command_kind"]),
        (&json!("fleet"), &json!("WIPE"))
    );
    assert!(told["hits"].as_u64().unwrap() >= 3, "{told}");
    assert!(told["at_most"].as_u64().unwrap() <= DEVICES as u64);
    assert!(told["since"].is_string());
    assert!(
        told.get("run").is_none() && told.get("rule").is_none(),
        "{told}"
    );
    let link = format!("{}/#connection=fleet", house.server.origin());
    assert_eq!(told["link"], link);
    let device = &setup.simulator.description().applivery.devices[0];
    assert!(
        !told
            .to_string()
            .contains(device.trim_start_matches("applivery:"))
    );
    // Each device is looked at again: it is the same surge.
    house.looks(DEVICES).await;
    assert_eq!(setup.surges().len(), 1);
    let began = &house.audited("watch_began")[0];
    assert_eq!(
        (
            &began["connection"],
            &began["samples_per_minute"],
            &began["severity"]
        ),
        (&json!("fleet"), &json!(600), &json!("destructive"))
    );
    let lines = house.audited("surge");
    assert_eq!((lines.len(), &lines[0]["kind"]), (1, &json!("WIPE")));
    assert!(!lines[0]["devices"].as_array().unwrap().is_empty());
    assert!(house.audited("surge_braked").is_empty() && house.audited("run_begun").is_empty());
    let metrics = house.ask("GET", "/metrics", "", "").await.body;
    for line in [
        "countermand_watch_looks_total{connection=\"fleet\",outcome=\"looked\"}",
        "countermand_watch_last_look_seconds{connection=\"fleet\"}",
        "countermand_watch_state{connection=\"fleet\",state=\"watching\"} 1",
    ] {
        assert!(metrics.contains(line), "{line} in {metrics}");
    }
}

/// Has two persons sign a rule for wipes, and returns its id.
async fn signed(house: &House, automatic: bool) -> String {
    let until = countermand_core_model::Timestamp::from_millis(now_ms() + 86_400_000);
    let body = json!({
        "sweep": {"filter": {"kinds": ["WIPE"]}, "scope": "organization"},
        "valid_until": until.unwrap().to_string(),
        "automatic": automatic,
    });
    let rules = "/relay/fleet/brake-rules";
    let rule = house.ask_as(ALICE, "POST", rules, &body.to_string()).await;
    let id = rule.json()["id"].as_str().unwrap().to_owned();
    let sign = r#"{"decision":"sign"}"#;
    let path = format!("{rules}/{id}");
    let signed = house.ask_as(CAROL, "POST", &path, sign).await;
    assert_eq!(signed.status, 200, "{signed:?}");
    id
}

fn now_ms() -> i64 {
    countermand_transport::Timer::now(&countermand_transport::TokioTimer::default()).as_millis()
}

#[tokio::test(flavor = "multi_thread")]
async fn with_an_automatic_rule_it_brakes_by_itself() {
    let setup = Setup::new().await;
    let house = setup.house(folder(), None).await;
    let rule = signed(&house, true).await;
    house.looks(10).await;
    setup.wipe_everything();
    let got = setup.receiver.gets("surge").await;
    let told = got.iter().find(|one| one["kind"] == "surge").unwrap();
    assert_eq!(told["rule"], json!(rule), "{told}");
    let run = told["run"].as_str().unwrap();
    let link = format!("{}/#connection=fleet&run={run}", house.server.origin());
    assert_eq!(told["link"], link);
    let path = format!("/relay/fleet/runs/{run}");
    let begun = house.ask_as(BOB, "GET", &path, "").await.json();
    assert_eq!(begun["rule"], json!(rule), "{begun}");
    let braked = &house.audited("surge_braked")[0];
    assert_eq!(
        (&braked["kind"], &braked["run"], &braked["rule"]),
        (&json!("WIPE"), &json!(run), &json!(rule))
    );
    let saved = || async {
        let ledger = setup.simulator.ledger();
        let wipes = ledger.commands.iter().filter(|one| one.kind == "WIPE");
        wipes
            .filter(|one| one.state == TrueState::Cancelled)
            .count()
    };
    // Sixty of a hundred devices are out of reach.
    until(saved, |count| *count >= DEVICES / 3, "wipes are cancelled").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn with_a_rule_that_wants_a_press_nobody_brakes() {
    let setup = Setup::new().await;
    let house = setup.house(folder(), None).await;
    signed(&house, false).await;
    house.looks(10).await;
    setup.wipe_everything();
    let got = setup.receiver.gets("surge").await;
    let told = got.iter().find(|one| one["kind"] == "surge").unwrap();
    assert!(
        told.get("run").is_none() && told.get("rule").is_none(),
        "{told}"
    );
    assert!(house.audited("surge_braked").is_empty() && house.audited("run_begun").is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn ordinary_commands_are_no_surge_and_the_state_says_so() {
    let setup = Setup::new().await;
    let house = setup.house(folder(), None).await;
    for device in 0..DEVICES {
        setup.give(device, "LOCK");
    }
    setup.give(3, "WIPE");
    setup.give(4, "WIPE");
    house.looks(2 * DEVICES).await;
    assert!(setup.surges().is_empty() && house.audited("surge").is_empty());
    let known = |state: &Value| !state["kinds"].as_array().unwrap().is_empty();
    let state = until(|| house.watch(), known, "the wipes are seen").await;
    assert_eq!(
        (&state["state"], &state["devices"]),
        (&json!("watching"), &json!(DEVICES))
    );
    assert_eq!(state["kinds"][0]["kind"], "WIPE");
    assert!(state["last_look"].is_string() && state.get("last_surge").is_none());
    // The other connection is not watched, and whoever may nothing sees nothing.
    let other = house.ask_as(BOB, "GET", "/relay/wind/watch", "").await;
    assert_eq!(other.json()["state"], "off");
    for (who, method, path, status) in [
        (MALLORY, "GET", WATCH.to_owned(), 404),
        (BOB, "POST", WATCH.to_owned(), 405),
        (BOB, "GET", format!("{WATCH}/x"), 404),
        (BOB, "GET", format!("{WATCH}?x=1"), 404),
    ] {
        let answer = house.ask_as(who, method, &path, "").await;
        assert_eq!(answer.status, status, "{method} {path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_is_refused_is_an_alarm_once_and_so_is_its_return() {
    let setup = Setup::new().await;
    let house = setup.house(folder(), None).await;
    house.looks(5).await;
    let refused = FaultKind::Http {
        status: 401,
        retry_after: None,
        body: None,
        content_type: None,
        processed: false,
    };
    setup.simulator.fault(Fault::always(refused)).unwrap();
    setup.receiver.gets("watch_refused").await;
    let is_refused = |state: &Value| state["state"] == "refused";
    until(|| house.watch(), is_refused, "refused").await;
    setup.simulator.clear_faults();
    let got = setup.receiver.gets("watch_restored").await;
    let kinds: Vec<_> = got
        .iter()
        .map(|one| one["kind"].as_str().unwrap())
        .collect();
    assert_eq!(kinds, ["watch_refused", "watch_restored"]);
    assert_eq!(house.audited("watch_refused").len(), 1);
    assert_eq!(house.audited("watch_restored").len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_that_does_not_answer_is_no_alarm() {
    let setup = Setup::new().await;
    let house = setup.house(folder(), None).await;
    house.looks(5).await;
    let lost = Fault::always(FaultKind::LostBefore);
    setup.simulator.fault(lost).unwrap();
    let is_silent = |state: &Value| state["state"] == "silent";
    let state = until(|| house.watch(), is_silent, "silent").await;
    assert!(state["failures"].as_u64().unwrap() >= 3, "{state}");
    setup.simulator.clear_faults();
    let is_back = |state: &Value| state["state"] == "watching";
    until(|| house.watch(), is_back, "watching").await;
    assert!(setup.receiver.got().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restart_knows_what_was_told() {
    let setup = Setup::new().await;
    let house = setup.house(folder(), None).await;
    house.looks(5).await;
    setup.wipe_everything();
    setup.receiver.gets("surge").await;
    let House { server, folder, .. } = house;
    server.stop().await;
    let house = setup.house(folder, None).await;
    let state = house.watch().await;
    assert_eq!(state["last_surge"]["kind"], "WIPE");
    house.looks(DEVICES).await;
    assert_eq!(setup.surges().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_of_two_instances_watches_and_the_other_one_takes_over() {
    let postgres = Postgres::start().unwrap();
    let store: StoreLocation = postgres.database().unwrap().parse().unwrap();
    let setup = Setup::new().await;
    let one = setup.house(folder(), Some(store.clone())).await;
    one.looks(5).await;
    let other = setup.house(folder(), Some(store)).await;
    other.looks(20).await;
    assert_eq!(other.audited("watch_began").len(), 1);
    one.server.stop().await;
    let taken_over = |lines: &Vec<Value>| lines.len() == 2;
    let began = || async { other.audited("watch_began") };
    until(began, taken_over, "it is taken over").await;
    other.looks(10).await;
    setup.wipe_everything();
    setup.receiver.gets("surge").await;
    other.looks(DEVICES).await;
    assert_eq!(setup.surges().len(), 1);
}
