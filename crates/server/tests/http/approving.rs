//! The two-person rule: what one person may not cancel alone is read by the server, decided about by another person, and
//! then exactly that is cancelled.

use countermand_core_model::Provider;
use countermand_server::ConnectionConfig;
use countermand_simulator::{Fault, FaultKind, Simulator};
use countermand_store::StoreLocation;
use countermand_test_postgres::Postgres;
use serde_json::{Value, json};

use crate::{
    house::{ALICE, BOB, CAROL, House, house, rule, simulated, simulator, start_over, tokens},
    passing::{Held, applivery_path, enos_target, hold, truth},
    run_houses::{client, client_of, plan_of, until},
};

const APPROVE: &str = r#"{"decision":"approve"}"#;
const DECLINE: &str = r#"{"decision":"decline"}"#;
const WITHDRAW: &str = r#"{"decision":"withdraw"}"#;
const FLEET: &str = "/relay/fleet";
const APPROVALS: &str = "/relay/fleet/approvals";

fn connections(
    simulator: &Simulator,
    targets: Option<usize>,
    kinds: &[&str],
) -> Vec<ConnectionConfig> {
    simulator.change_options(|options| {
        options.applivery_cancel_delay_ms = 0;
        options.enos_cancel_delay_ms = 0;
    });
    let mut connections = simulated(simulator);
    for connection in &mut connections {
        connection.approval = rule(targets, kinds);
    }
    connections
}

async fn ruled(targets: Option<usize>, kinds: &[&str]) -> (House, Simulator) {
    let simulator = simulator().await;
    let house = house(connections(&simulator, targets, kinds)).await;
    (house, simulator)
}

fn id(run: &Value) -> &str {
    run["id"].as_str().unwrap_or_else(|| panic!("{run}"))
}

async fn decide(house: &House, who: &str, run: &Value, decision: &str) -> crate::wire::Answer {
    let one = format!("{APPROVALS}/{}", id(run));
    house.ask_as(who, "POST", &one, decision).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_waits_is_looked_at_as_the_vendor_says_and_cancels_exactly_that() {
    let (house, simulator) = ruled(None, &["WIPE"]).await;
    let wipe = hold(&simulator, "applivery", "WIPE");
    // What the requester says of the kind is not believed.
    let plan = plan_of(&client(&simulator), std::slice::from_ref(&wipe), "LOCK");
    let run = house.ask_for_run("fleet", &plan).await;
    assert_eq!(run["state"], "waiting", "{run}");
    let list = house.ask_as(CAROL, "GET", APPROVALS, "").await.json();
    let listed = &list["approvals"][0];
    assert_eq!(
        (
            &listed["id"],
            &listed["by"],
            &listed["count"],
            &listed["state"]
        ),
        (&run["id"], &json!("alice"), &json!(1), &json!("waiting"))
    );
    assert_eq!(
        (&listed["reason"], &listed["ticket"]),
        (&json!("a wrong order"), &json!("OPS-7"))
    );
    let one = format!("{APPROVALS}/{}", id(&run));
    let seen = house.ask_as(CAROL, "GET", &one, "").await.json();
    let target = &seen["targets"][0];
    assert_eq!(
        (&target["kind"], &target["command"], &target["state"]),
        (&json!("WIPE"), &json!(wipe.command), &json!("pending")),
        "{seen}"
    );
    assert!(target["created_at"].is_string(), "{seen}");
    for (who, status) in [(ALICE, 403), (BOB, 403)] {
        let refused = decide(&house, who, &run, APPROVE).await;
        assert_eq!(refused.status, status, "{refused:?}");
    }
    let other = json!({"decision": "approve", "plan_sha256": "0".repeat(64)}).to_string();
    let refused = decide(&house, CAROL, &run, &other).await;
    let says = refused.header("countermand-relay");
    assert_eq!((refused.status, says), (409, Some("refused")));
    assert!(refused.body.contains("plan_sha256"), "{refused:?}");
    assert_eq!(
        truth(&simulator, &wipe),
        "pending",
        "nothing is sent before that"
    );
    let seen_plan = json!({"decision": "approve", "plan_sha256": seen["plan_sha256"]}).to_string();
    let approved = decide(&house, CAROL, &run, &seen_plan).await;
    assert_eq!(approved.json()["state"], "approved", "{approved:?}");
    assert_eq!(decide(&house, CAROL, &run, APPROVE).await.status, 409);
    let done = house.run_in(id(&run), "finished").await;
    assert_eq!(done["outcomes"], json!({"cancelled": 1}));
    assert_eq!(
        done["approval"],
        json!({"state": "approved", "decided_by": "carol"})
    );
    assert_eq!(truth(&simulator, &wipe), "cancelled");
    assert_eq!(house.audited("asked")[0]["reason"], "a wrong order");
    assert_eq!(house.audited("meant")[0]["kind"], "WIPE");
    let decided = &house.audited("decided")[0];
    assert_eq!(
        (&decided["who"], &decided["decision"], &decided["plan"]),
        (&json!("carol"), &json!("approved"), &seen["plan_sha256"])
    );
    assert_eq!(house.audited("run_begun")[0]["approved_by"], "carol");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_one_person_may_alone_goes_on_by_itself_and_counts() {
    let (house, simulator) = ruled(Some(2), &[]).await;
    let client = client(&simulator);
    let held: Vec<Held> = (0..4)
        .map(|_| hold(&simulator, "applivery", "LOCK"))
        .collect();
    let alone = house
        .ask_for_run("fleet", &plan_of(&client, &held[..1], "LOCK"))
        .await;
    let done = house.run_in(id(&alone), "finished").await;
    assert!(done["approval"].is_null(), "{done}");
    assert_eq!(truth(&simulator, &held[0]), "cancelled");
    // One by itself counts with those of runs.
    let cancel = |held: &Held| format!("{}/cancel", applivery_path(&simulator, held));
    let one = house.ask_as(ALICE, "POST", &cancel(&held[1]), "").await;
    assert_eq!(one.status, 200, "{one:?}");
    let third = house.ask_as(ALICE, "POST", &cancel(&held[2]), "").await;
    assert_eq!(
        (third.status, third.header("countermand-relay")),
        (403, Some("approval"))
    );
    let run = house
        .ask_for_run("fleet", &plan_of(&client, &held[2..3], "LOCK"))
        .await;
    assert_eq!(run["state"], "waiting", "{run}");
    // Another person counts for themselves.
    let carols = house.ask_as(CAROL, "POST", &cancel(&held[3]), "").await;
    assert_eq!(carols.status, 200, "{carols:?}");
    assert_eq!(house.audited("forbidden")[0]["why"], "approval");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_grave_command_waits_whatever_its_kind_is_called() {
    let simulator = simulator().await;
    let mut connections = connections(&simulator, None, &[]);
    if let Some(rule) = &mut connections[0].approval {
        rule.severity = Some("destructive".to_owned());
    }
    let house = house(connections).await;
    let client = client(&simulator);
    let lock = hold(&simulator, "applivery", "LOCK");
    let wipe = hold(&simulator, "applivery", "WIPE");
    let cancel = format!("{}/cancel", applivery_path(&simulator, &wipe));
    assert_eq!(house.ask_as(ALICE, "POST", &cancel, "").await.status, 403);
    let cancel = format!("{}/cancel", applivery_path(&simulator, &lock));
    assert_eq!(house.ask_as(ALICE, "POST", &cancel, "").await.status, 200);
    let run = house
        .ask_for_run("fleet", &plan_of(&client, &[wipe], ""))
        .await;
    assert_eq!(run["state"], "waiting", "{run}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_declined_or_taken_back_is_not_sent_and_does_not_go_on() {
    let (house, simulator) = ruled(Some(0), &[]).await;
    let client = client(&simulator);
    let held = hold(&simulator, "applivery", "LOCK");
    let plan = || plan_of(&client, std::slice::from_ref(&held), "LOCK");
    for (who, decision, word) in [
        (CAROL, DECLINE, "declined"),
        (ALICE, WITHDRAW, "withdrawn"),
        (ALICE, "", "withdrawn"),
    ] {
        // Each plan is another one: it says when it was made.
        tokio::time::sleep(std::time::Duration::from_millis(2)).await;
        let run = house.ask_for_run("fleet", &plan()).await;
        let path = format!("{FLEET}/runs/{}", id(&run));
        let decided = match decision {
            "" => house.ask_as(who, "POST", &format!("{path}/stop"), "").await,
            decision => decide(&house, who, &run, decision).await,
        };
        assert_eq!(decided.status, 200, "{decided:?}");
        let run = house.run(id(&run)).await;
        assert_eq!(
            (&run["state"], &run["approval"]["state"]),
            (&json!("not_approved"), &json!(word)),
            "{run}"
        );
        assert_eq!(decide(&house, CAROL, &run, APPROVE).await.status, 409);
        let resumed = house
            .ask_as(ALICE, "POST", &format!("{path}/resume"), "")
            .await;
        assert_eq!(resumed.status, 409);
        assert!(resumed.body.contains("not_approved"), "{resumed:?}");
    }
    let others = house.ask_for_run("fleet", &plan()).await;
    assert_eq!(decide(&house, CAROL, &others, WITHDRAW).await.status, 403);
    assert_eq!(truth(&simulator, &held), "pending");
    assert!(house.audited("run_begun").is_empty());
    let words: Vec<_> = house
        .audited("decided")
        .iter()
        .map(|line| line["decision"].clone())
        .collect();
    assert_eq!(words, ["declined", "withdrawn", "withdrawn"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_is_approved_for_what_was_pending_then() {
    let (house, simulator) = ruled(Some(0), &[]).await;
    let held = hold(&simulator, "enos", "stop_turbine");
    let client = client_of(&simulator, Provider::Enos);
    let plan = crate::run_houses::plan(&client, std::slice::from_ref(&held.device));
    let run = house.ask_for_run("wind", &plan).await;
    let one = format!("/relay/wind/approvals/{}", id(&run));
    let seen = house.ask_as(CAROL, "GET", &one, "").await.json();
    let commands: Vec<&str> = seen["targets"]
        .as_array()
        .unwrap()
        .iter()
        .map(|target| target["command"].as_str().unwrap())
        .collect();
    assert!(commands.contains(&held.command.as_str()), "{seen}");
    // One more has come since: nobody approved that.
    let late = hold(&simulator, "enos", "stop_turbine");
    assert_eq!(house.ask_as(CAROL, "POST", &one, APPROVE).await.status, 200);
    house.run_at("wind", id(&run), "finished").await;
    assert_eq!(truth(&simulator, &held), "cancelled");
    assert_eq!(truth(&simulator, &late), "pending");
    // A cancel of everything by itself is never sent alone.
    let narrow = enos_target(&simulator, &late, "cancel");
    let everything = narrow.split("&commandId").next().unwrap();
    let refused = house.ask_as(ALICE, "POST", everything, "").await;
    assert_eq!(refused.status, 403, "{refused:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_approves_what_the_vendor_does_not_show_now() {
    let (house, simulator) = ruled(Some(0), &[]).await;
    let held = hold(&simulator, "applivery", "LOCK");
    let plan = plan_of(&client(&simulator), std::slice::from_ref(&held), "LOCK");
    simulator
        .fault(Fault::always(FaultKind::LostBefore))
        .unwrap();
    let body = json!({"plan": plan}).to_string();
    let asked = house
        .ask_as(ALICE, "POST", "/relay/fleet/runs", &body)
        .await;
    assert_eq!(asked.status, 201, "{asked:?}");
    let run = asked.json();
    let refused = decide(&house, CAROL, &run, APPROVE).await;
    assert_eq!(refused.status, 409);
    assert!(refused.body.contains("being read"), "{refused:?}");
    simulator.clear_faults();
    let read = || async { decide(&house, CAROL, &run, APPROVE).await.status };
    until(
        read,
        |status| *status == 200,
        "read once the vendor answers",
    )
    .await;
    house.run_in(id(&run), "finished").await;
    assert_eq!(truth(&simulator, &held), "cancelled");
}

#[tokio::test(flavor = "multi_thread")]
async fn it_outlives_a_restart_and_is_the_same_at_every_instance() {
    let postgres = Postgres::start().unwrap();
    let database = postgres.database().unwrap();
    let location = || database.parse::<StoreLocation>().unwrap();
    let simulator = simulator().await;
    let start = async |store: Option<StoreLocation>, folder| {
        let connections = connections(&simulator, Some(0), &[]);
        start_over(folder, connections, tokens(), store)
            .await
            .unwrap()
    };
    let new = || tempfile::tempdir().unwrap();
    let client = client(&simulator);
    for shared in [true, false] {
        let store = shared.then(location);
        let first = start(store.clone(), new()).await;
        let held = hold(&simulator, "applivery", "LOCK");
        let run = first
            .ask_for_run(
                "fleet",
                &plan_of(&client, std::slice::from_ref(&held), "LOCK"),
            )
            .await;
        let second = match shared {
            true => start(store, new()).await,
            false => {
                first.server.stop().await;
                start(None, first.folder).await
            }
        };
        assert_eq!(second.run(id(&run)).await["state"], "waiting");
        assert_eq!(decide(&second, CAROL, &run, APPROVE).await.status, 200);
        second.run_in(id(&run), "finished").await;
        assert_eq!(truth(&simulator, &held), "cancelled");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_decisions_at_once_one_counts_and_only_that_is_written() {
    let (house, simulator) = ruled(Some(0), &[]).await;
    let client = client(&simulator);
    for _ in 0..10 {
        let held = hold(&simulator, "applivery", "LOCK");
        let run = house
            .ask_for_run("fleet", &plan_of(&client, &[held], "LOCK"))
            .await;
        let approve = decide(&house, CAROL, &run, APPROVE);
        let decline = decide(&house, CAROL, &run, DECLINE);
        let withdraw = decide(&house, ALICE, &run, WITHDRAW);
        let answers = tokio::join!(approve, decline, withdraw);
        let mut decided = house.audited("decided");
        decided.retain(|line| line["approval"] == run["id"]);
        let last = decided.last().unwrap_or_else(|| panic!("{answers:?}"));
        let one = format!("{APPROVALS}/{}", id(&run));
        let state = house.ask_as(CAROL, "GET", &one, "").await.json()["state"].clone();
        let words: Vec<&str> = decided
            .iter()
            .map(|line| line["decision"].as_str().unwrap())
            .collect();
        // What was approved may be taken back until it begins; nothing else is decided about twice.
        match words.as_slice() {
            [_] => assert_eq!(last["decision"], state, "{decided:?}"),
            two => {
                assert!(
                    two.contains(&"approved") && two.contains(&"withdrawn"),
                    "{two:?}"
                );
                assert_eq!(state, "withdrawn");
            }
        }
        if state == "approved" {
            house.run_in(id(&run), "finished").await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_asks_for_more_than_somebody_can_look_at() {
    let (house, simulator) = ruled(Some(0), &[]).await;
    let client = client(&simulator);
    let held = hold(&simulator, "applivery", "LOCK");
    let mut plans = Vec::new();
    for number in 0..21 {
        let plan = plan_of(
            &client,
            std::slice::from_ref(&held),
            &format!("kind {number}"),
        );
        let body = json!({"plan": plan}).to_string();
        let asked = house
            .ask_as(ALICE, "POST", "/relay/fleet/runs", &body)
            .await;
        let wanted = if number < 20 { 201 } else { 429 };
        assert_eq!(asked.status, wanted, "{number}: {asked:?}");
        plans.push(body);
    }
    // An answer that was lost is asked for again.
    let again = house
        .ask_as(ALICE, "POST", "/relay/fleet/runs", &plans[0])
        .await;
    assert_eq!(again.status, 200, "{again:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn where_there_is_no_rule_there_are_no_approvals() {
    let simulator = simulator().await;
    let house = house(simulated(&simulator)).await;
    let none = house.ask_as(ALICE, "GET", APPROVALS, "").await;
    assert_eq!(none.status, 404);
}
