//! Sweeps that the server drives: it looks for what they name on every device, over stops and restarts, and a second one
//! for the same joins the first.

use countermand_client::{Client, Plan, Sweep, SweepScope};
use countermand_core_model::{Filter, KindName};
use countermand_simulator::{Fault, FaultKind, Incident, Simulator};
use serde_json::{Value, json};

use crate::{
    house::{ALICE, BOB, CAROL, House, START_MS, house, rule, simulated, start_over, tokens},
    run_houses::{client, judge, until},
};

const RUNS: &str = "/relay/fleet/runs";

/// How many devices each vendor has.
const DEVICES: u64 = 40;

/// A wrong wipe has just gone to every device, and all of them are out of reach.
pub async fn incident() -> (Simulator, Vec<String>) {
    let simulator = Simulator::start(countermand_simulator::Config {
        clock: countermand_simulator::ClockMode::Manual { start_ms: START_MS },
        devices: usize::try_from(DEVICES).unwrap(),
        ..countermand_simulator::Config::default()
    });
    let simulator = simulator.await.unwrap();
    simulator.change_options(|options| options.applivery_cancel_delay_ms = 0);
    let order = json!({"vendor": "applivery", "kind": "WIPE", "offline_percent": 100});
    let order: Incident = serde_json::from_value(order).unwrap();
    simulator.incident(&order).unwrap();
    let devices = simulator.description().applivery.devices;
    (simulator, devices)
}

pub fn sweep(kinds: &str) -> Sweep {
    let filter = Filter {
        kinds: KindName::parse_list("kind", kinds).unwrap(),
        ..Filter::default()
    };
    Sweep::new(filter).unwrap()
}

/// The text of a plan of this sweep.
pub fn plan(client: &Client, sweep: Sweep) -> String {
    let plan = client.encode_whole_plan(&Plan::sweeping(sweep)).unwrap();
    String::from_utf8(plan).unwrap()
}

fn id(run: &Value) -> &str {
    run["id"].as_str().unwrap_or_else(|| panic!("{run}"))
}

fn is_looking(run: &Value) -> bool {
    run["looked_at"].as_u64() >= Some(3) && run["done"].as_u64() >= Some(1)
}

/// Each look takes a while.
fn slow_looks(simulator: &Simulator) {
    let slow = Fault::always(FaultKind::Slow { ms: 100 });
    simulator.fault(slow.on("applivery.list")).unwrap();
}

fn lists(simulator: &Simulator) -> u64 {
    let requests = simulator.ledger().requests;
    requests
        .get("applivery.list")
        .map_or(0, |count| count.received)
}

async fn press(house: &House, who: &str, plan: &str) -> crate::wire::Answer {
    let body = json!({"plan": plan, "reason": "a wrong wipe", "verify_for": 5}).to_string();
    house.ask_as(who, "POST", RUNS, &body).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sweep_finds_what_it_names_on_every_device() {
    let (simulator, devices) = incident().await;
    let house = house(simulated(&simulator)).await;
    let plan = plan(&client(&simulator), sweep("WIPE"));
    let run = house.start_run(&plan).await;
    assert_eq!(
        (&run["looked_at"], &run["devices"], &run["total"]),
        (&json!(0), &json!(0), &json!(0)),
        "{run}"
    );
    let done = house.run_in(id(&run), "finished").await;
    assert_eq!(
        (&done["looked_at"], &done["devices"]),
        (&json!(DEVICES), &json!(DEVICES)),
        "{done}"
    );
    assert!(
        done["outcomes"]["cancelled"].as_u64() >= Some(DEVICES),
        "{done}"
    );
    assert_eq!(done["done"], done["total"]);
    judge(&simulator, &devices, &house.journal(id(&run)).await);
    // An answer that was lost is asked for again, also when it is over.
    let again = press(&house, ALICE, &plan).await;
    assert_eq!((again.status, &again.json()["id"]), (200, &run["id"]));
    let begun = &house.audited("run_begun")[0];
    assert_eq!(
        begun["sweep"],
        r#"{"filter":{"kinds":["WIPE"]},"scope":"organization"}"#
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_named_devices_are_looked_at_and_no_more_is_cancelled_than_said() {
    let (simulator, devices) = incident().await;
    let house = house(simulated(&simulator)).await;
    let few = devices[5..9].iter().map(|name| name.parse().unwrap());
    let named = sweep("WIPE").over(SweepScope::Devices(few.collect()));
    let client = client(&simulator);
    let run = house.start_run(&plan(&client, named)).await;
    let done = house.run_in(id(&run), "finished").await;
    assert_eq!(
        (&done["devices"], &done["looked_at"]),
        (&json!(4), &json!(4))
    );
    judge(&simulator, &devices[5..9], &house.journal(id(&run)).await);
    assert!(lists(&simulator) < DEVICES);
    let most = sweep("WIPE").at_most(Some(3));
    let run = house.start_run(&plan(&client, most)).await;
    let done = house.run_in(id(&run), "finished").await;
    assert_eq!(done["outcomes"], json!({"cancelled": 3}), "{done}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sweep_is_stopped_and_goes_on_where_it_was() {
    let (simulator, devices) = incident().await;
    slow_looks(&simulator);
    let house = house(simulated(&simulator)).await;
    let plan = plan(&client(&simulator), sweep("WIPE"));
    let run = house.start_run(&plan).await;
    until(|| house.run(id(&run)), is_looking, "it looks").await;
    let stop = format!("{RUNS}/{}/stop", id(&run));
    assert_eq!(house.ask_as(CAROL, "POST", &stop, "").await.status, 200);
    let stopped = house.run_in(id(&run), "stopped").await;
    assert!(stopped["looked_at"].as_u64() < Some(DEVICES), "{stopped}");
    let before = lists(&simulator);
    simulator.clear_faults();
    let resume = format!("{RUNS}/{}/resume", id(&run));
    assert_eq!(house.ask_as(CAROL, "POST", &resume, "").await.status, 200);
    let done = house.run_in(id(&run), "finished").await;
    assert_eq!(
        (&done["looked_at"], &done["devices"]),
        (&json!(DEVICES), &json!(DEVICES))
    );
    let looked_before = stopped["looked_at"].as_u64().unwrap();
    assert!(lists(&simulator) - before <= DEVICES - looked_before + 4);
    judge(&simulator, &devices, &house.journal(id(&run)).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sweep_goes_on_at_the_next_start_of_the_server() {
    let (simulator, devices) = incident().await;
    slow_looks(&simulator);
    let first = house(simulated(&simulator)).await;
    let run = first
        .start_run(&plan(&client(&simulator), sweep("WIPE")))
        .await;
    until(|| first.run(id(&run)), is_looking, "it looks").await;
    first.server.stop().await;
    simulator.clear_faults();
    let second = start_over(first.folder, simulated(&simulator), tokens(), None);
    let second = second.await.unwrap();
    let done = second.run_in(id(&run), "finished").await;
    assert_eq!(done["looked_at"], json!(DEVICES));
    judge(&simulator, &devices, &second.journal(id(&run)).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_brake_for_the_same_joins_the_first() {
    let (simulator, devices) = incident().await;
    slow_looks(&simulator);
    let house = house(simulated(&simulator)).await;
    let client = client(&simulator);
    let of = |kinds: &str| plan(&client, sweep(kinds));
    let first = house.start_run(&of("WIPE,LOCK")).await;
    // Somebody else's, narrower, while the first one is under way.
    let narrower = plan(&client, sweep("wipe").at_most(Some(1_000)));
    let joined = press(&house, CAROL, &narrower).await;
    assert_eq!((joined.status, &joined.json()["id"]), (200, &first["id"]));
    assert_eq!(joined.json()["by"], "alice");
    let other = press(&house, CAROL, &of("REBOOT")).await;
    assert_eq!(other.status, 201, "{other:?}");
    assert_eq!(press(&house, BOB, &of("WIPE")).await.status, 403);
    // What was asked to stop stops nothing any more.
    let stop = format!("{RUNS}/{}/stop", id(&first));
    assert_eq!(house.ask_as(ALICE, "POST", &stop, "").await.status, 200);
    simulator.clear_faults();
    let next = press(&house, CAROL, &of("WIPE")).await;
    assert_eq!(next.status, 201, "{next:?}");
    house.run_in(id(&next.json()), "finished").await;
    let wipes = devices.iter().flat_map(|device| {
        let ledger = simulator.ledger_of(device).unwrap();
        ledger.commands.into_iter().filter(|one| one.kind == "WIPE")
    });
    assert!(wipes.into_iter().all(|one| one.cancels.len() <= 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn severity_is_as_the_connection_says() {
    let (simulator, devices) = incident().await;
    let mut connections = simulated(&simulator);
    let rules = countermand_core_model::SeverityRules::parse([("LOCK", "destructive")]);
    connections[0].severity_rules = rules.unwrap();
    let house = house(connections).await;
    let order = json!({"device": devices[0], "kind": "LOCK", "count": 1, "hold": true});
    let added = simulator.add_commands(&serde_json::from_value(order).unwrap());
    let lock = added.unwrap().remove(0).command;
    let destructive = Sweep::new(Filter {
        severity: Some(countermand_core_model::SeverityLevel::Destructive),
        ..Filter::default()
    });
    let run = house
        .start_run(&plan(&client(&simulator), destructive.unwrap()))
        .await;
    house.run_in(id(&run), "finished").await;
    let journal = house.journal(id(&run)).await;
    assert!(journal.contains(&lock), "the lock is one of them");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sweep_waits_for_an_approval_and_nothing_is_looked_at_before() {
    let (simulator, devices) = incident().await;
    let mut connections = simulated(&simulator);
    connections[0].approval = rule(None, &["WIPE"]);
    let house = house(connections).await;
    let client = client(&simulator);
    let text = plan(&client, sweep("wi_pe").at_most(Some(500)));
    let run = house.ask_for_run("fleet", &text).await;
    assert_eq!(run["state"], "waiting", "{run}");
    let approval = format!("/relay/fleet/approvals/{}", id(&run));
    let seen = house.ask_as(CAROL, "GET", &approval, "").await.json();
    assert_eq!(
        seen["sweep"],
        json!({"filter": {"kinds": ["wi_pe"]}, "scope": "organization", "at_most": 500}),
        "{seen}"
    );
    assert_eq!(seen["plan_sha256"], run["plan_sha256"], "it is that plan");
    let list = house
        .ask_as(CAROL, "GET", "/relay/fleet/approvals", "")
        .await
        .json();
    assert_eq!(list["approvals"][0]["sweep"], seen["sweep"]);
    // A second one for the same waits with it.
    let again = press(
        &house,
        CAROL,
        &plan(&client, sweep("WIPE").at_most(Some(500))),
    )
    .await;
    assert_eq!((again.status, &again.json()["id"]), (200, &run["id"]));
    assert_eq!(lists(&simulator), 0, "it is not read first");
    let decision = json!({"decision": "approve", "plan_sha256": seen["plan_sha256"]}).to_string();
    let own = house.ask_as(ALICE, "POST", &approval, &decision).await;
    assert_eq!(own.status, 403);
    let approved = house.ask_as(CAROL, "POST", &approval, &decision).await;
    assert_eq!(approved.status, 200, "{approved:?}");
    let done = house.run_in(id(&run), "finished").await;
    assert_eq!(done["looked_at"], json!(DEVICES));
    judge(&simulator, &devices, &house.journal(id(&run)).await);
    let begun = &house.audited("run_begun")[0];
    assert_eq!(begun["approved_by"], "carol");
    assert!(
        house.audited("asked")[0]["sweep"]
            .as_str()
            .unwrap()
            .contains("wi_pe")
    );
    // What the rule surely does not name needs nobody.
    let other = press(&house, ALICE, &plan(&client, sweep("REBOOT"))).await;
    assert_eq!(other.status, 201);
    let done = house.run_in(id(&other.json()), "finished").await;
    assert!(done["approval"].is_null(), "{done}");
}
