//! What an approval is bound to, who decides about it, and how often it opens something.

use serde_json::{Value, json};

use crate::{
    house::{ALICE, CAROL, House, house, rule, simulated, simulator},
    passing::{Held, applivery_path, enos_target, hold},
};

const APPROVE: &str = r#"{"decision":"approve"}"#;
const DECLINE: &str = r#"{"decision":"decline"}"#;
const WITHDRAW: &str = r#"{"decision":"withdraw"}"#;

async fn ruled() -> (House, countermand_simulator::Simulator) {
    let simulator = simulator().await;
    let mut connections = simulated(&simulator);
    for connection in &mut connections {
        connection.approval = rule(Some(0), &[]);
    }
    (house(connections).await, simulator)
}

async fn ask(house: &House, connection: &str, wanted: Value) -> (String, Value) {
    let approvals = format!("/relay/{connection}/approvals");
    let asked = house
        .ask_as(ALICE, "POST", &approvals, &wanted.to_string())
        .await;
    assert_eq!(asked.status, 201, "{asked:?}");
    let said = asked.json();
    let one = format!("{approvals}/{}", said["id"].as_str().unwrap());
    (one, said)
}

fn target(held: &Held, device: &str, kind: &str) -> Value {
    json!({"targets": [{"device": device, "command": held.command, "kind": kind}]})
}

#[tokio::test(flavor = "multi_thread")]
async fn who_approves_sees_the_vendors_words_and_one_form_of_each_id() {
    let (house, simulator) = ruled().await;
    let held = hold(&simulator, "applivery", "RESET_PASSWORD");
    let id = held.device.trim_start_matches("applivery:");
    let written: String = id.bytes().map(|byte| format!("%{byte:02x}")).collect();
    let wanted = target(&held, &format!("applivery:{written}"), "REBOOT");
    let (one, _) = ask(&house, "fleet", wanted).await;
    let seen = house.ask_as(CAROL, "GET", &one, "").await.json();
    assert_eq!(seen["targets"][0]["kind"], "RESET_PASSWORD", "{seen}");
    assert_eq!(seen["targets"][0]["device"], held.device.as_str());
    assert_eq!(seen["targets"][0]["state"], "pending");
    assert!(seen["targets"][0]["created_at"].is_string(), "{seen}");
    assert!(!seen.to_string().contains("REBOOT"));
    assert_eq!(house.audited("meant")[0]["kind"], "RESET_PASSWORD");
    assert_eq!(house.ask_as(CAROL, "POST", &one, APPROVE).await.status, 200);
    // The cancel may be written in either form: it is the same one.
    let cancel = format!("{}/cancel", applivery_path(&simulator, &held));
    let cancel = cancel.replace(&format!("/{id}/"), &format!("/{written}/"));
    let cancelled = house.ask_as(ALICE, "POST", &cancel, "").await;
    assert_eq!(cancelled.status, 200, "{cancelled:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancel_that_the_vendor_took_uses_its_approval_up() {
    let (house, simulator) = ruled().await;
    let held = hold(&simulator, "enos", "stop_turbine");
    let (one, _) = ask(&house, "wind", target(&held, &held.device, "x")).await;
    assert_eq!(house.ask_as(CAROL, "POST", &one, APPROVE).await.status, 200);
    let cancel = enos_target(&simulator, &held, "cancel");
    assert_eq!(house.ask_as(ALICE, "POST", &cancel, "").await.status, 200);
    for _ in 0..2 {
        let again = house.ask_as(ALICE, "POST", &cancel, "").await;
        assert_eq!(again.status, 403, "{again:?}");
        assert_eq!(again.header("countermand-relay"), Some("approval"));
    }
    assert_eq!(house.audited("sending").len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_approval_that_was_taken_back_opens_nothing() {
    for who in [ALICE, CAROL] {
        let (house, simulator) = ruled().await;
        let held = hold(&simulator, "enos", "stop_turbine");
        let (one, _) = ask(&house, "wind", target(&held, &held.device, "x")).await;
        assert_eq!(house.ask_as(CAROL, "POST", &one, APPROVE).await.status, 200);
        let withdrawn = house.ask_as(who, "POST", &one, WITHDRAW).await;
        assert_eq!(withdrawn.json()["state"], "withdrawn", "{withdrawn:?}");
        let cancel = enos_target(&simulator, &held, "cancel");
        assert_eq!(house.ask_as(ALICE, "POST", &cancel, "").await.status, 403);
        assert!(house.audited("sending").is_empty());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_is_approved_for_what_waited_then() {
    let (house, simulator) = ruled().await;
    let held = hold(&simulator, "enos", "stop_turbine");
    let wanted = json!({"everything": [held.device]});
    let (one, said) = ask(&house, "wind", wanted.clone()).await;
    let waiting = said["waiting"].as_array().unwrap();
    assert!(
        waiting
            .iter()
            .any(|one| one["command"] == held.command.as_str())
    );
    assert_eq!(house.ask_as(CAROL, "POST", &one, APPROVE).await.status, 200);
    let narrow = enos_target(&simulator, &held, "cancel");
    let everything = narrow.split("&commandId").next().unwrap();
    // One more has come since: nobody approved that.
    hold(&simulator, "enos", "stop_turbine");
    let changed = house.ask_as(ALICE, "POST", everything, "").await;
    assert_eq!(changed.status, 403, "{changed:?}");
    assert_eq!(house.audited("forbidden")[0]["why"], "changed");
    let (one, _) = ask(&house, "wind", wanted).await;
    assert_eq!(house.ask_as(CAROL, "POST", &one, APPROVE).await.status, 200);
    let all = house.ask_as(ALICE, "POST", everything, "").await;
    assert_eq!(all.status, 200, "{all:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_decisions_at_once_one_counts_and_only_that_is_written() {
    let (house, simulator) = ruled().await;
    let held = hold(&simulator, "enos", "stop_turbine");
    for _ in 0..15 {
        let (one, _) = ask(&house, "wind", target(&held, &held.device, "x")).await;
        let approve = house.ask_as(CAROL, "POST", &one, APPROVE);
        let decline = house.ask_as(CAROL, "POST", &one, DECLINE);
        let withdraw = house.ask_as(ALICE, "POST", &one, WITHDRAW);
        let answers = tokio::join!(approve, decline, withdraw);
        let state = house.ask_as(CAROL, "GET", &one, "").await.json()["state"].clone();
        let id = one.rsplit('/').next().unwrap();
        let mut decided = house.audited("decided");
        decided.retain(|line| line["approval"] == id);
        let last = decided.last().unwrap_or_else(|| panic!("{answers:?}"));
        assert_eq!(last["decision"], state, "{decided:?}");
        // What was approved may be taken back; nothing else is decided about twice.
        let words: Vec<&str> = decided
            .iter()
            .map(|line| line["decision"].as_str().unwrap())
            .collect();
        assert!(
            words.len() == 1 || words == ["approved", "withdrawn"],
            "{words:?}"
        );
        if state == "approved" {
            assert_eq!(
                house.ask_as(ALICE, "POST", &one, WITHDRAW).await.status,
                200
            );
        }
    }
}
