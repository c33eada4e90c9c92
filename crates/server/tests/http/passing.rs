//! The main job through the relay, against the simulator: read, cancel, read again.

use countermand_simulator::{AddCommands, Simulator};
use serde_json::Value;

use crate::house::{ALICE, BOB, House, MALLORY, house, simulated, simulator};

pub struct Held {
    pub device: String,
    pub command: String,
}

/// A command that waits on the vendor's first device.
pub fn hold(simulator: &Simulator, vendor: &str, kind: &str) -> Held {
    let said = simulator.description();
    let device = match vendor {
        "applivery" => said.applivery.devices[0].clone(),
        _ => said.enos.devices[0].clone(),
    };
    let order: AddCommands =
        serde_json::from_value(serde_json::json!({"device": device, "kind": kind, "hold": true}))
            .unwrap();
    let added = simulator.add_commands(&order).unwrap().pop().unwrap();
    Held {
        device: added.device,
        command: added.command,
    }
}

/// The path of a command of Applivery's below the connection.
pub fn applivery_path(simulator: &Simulator, held: &Held) -> String {
    let org = simulator.description().applivery.org;
    let device = held.device.trim_start_matches("applivery:");
    format!(
        "/relay/fleet/organizations/{org}/mdm/android/enterprise/devices/{device}/commands/{}",
        held.command
    )
}

/// The target of an action on a command of EnOS's.
pub fn enos_target(simulator: &Simulator, held: &Held, action: &str) -> String {
    let org = simulator.description().enos.org;
    let asset = held.device.trim_start_matches("enos:asset:");
    format!(
        "/relay/wind/connect-service/v2.1/commands?action={action}&orgId={org}&assetId={asset}&commandId={}",
        held.command
    )
}

pub async fn both() -> (House, Simulator) {
    let simulator = simulator().await;
    let house = house(simulated(&simulator)).await;
    (house, simulator)
}

pub fn truth(simulator: &Simulator, held: &Held) -> String {
    let ledger = simulator.ledger_of(&held.device).unwrap();
    let ledger = serde_json::to_value(ledger).unwrap();
    let commands = ledger["commands"].as_array().unwrap();
    let found = commands
        .iter()
        .find(|entry| entry["command"] == held.command.as_str());
    found.unwrap()["state"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn applivery_is_read_cancelled_and_read_again_with_a_key_that_the_page_never_sees() {
    let (house, simulator) = both().await;
    let held = hold(&simulator, "applivery", "LOCK");
    let path = applivery_path(&simulator, &held);
    let before = house.ask_as(ALICE, "GET", &path, "").await;
    assert_eq!(before.status, 200, "{before:?}");
    assert_eq!(before.header("countermand-relay"), None);
    let cancel = house
        .ask_as(ALICE, "POST", &format!("{path}/cancel"), "")
        .await;
    assert_eq!(cancel.status, 200, "{cancel:?}");
    simulator.advance(60_000);
    assert_eq!(truth(&simulator, &held), "cancelled");
    let after = house.ask_as(ALICE, "GET", &path, "").await;
    assert_eq!(after.status, 200);
    let (sending, answered) = (house.audited("sending"), house.audited("answered"));
    assert_eq!(sending[0]["who"], "alice");
    assert_eq!(sending[0]["connection"], "fleet");
    assert_eq!(sending[0]["command"], held.command.as_str());
    assert_eq!(answered[0]["answer"], "taken");
    assert_eq!(house.audited("read").last().unwrap()["state"], "cancelled");
}

#[tokio::test(flavor = "multi_thread")]
async fn enos_is_signed_by_the_relay_and_a_token_that_expired_is_renewed() {
    let (house, simulator) = both().await;
    let held = hold(&simulator, "enos", "stop_turbine");
    let get = enos_target(&simulator, &held, "get");
    let before = house.ask_as(ALICE, "GET", &get, "").await;
    assert_eq!(before.json()["data"]["state"], 1, "{before:?}");
    simulator.expire_tokens();
    let cancel = enos_target(&simulator, &held, "cancel");
    let cancel = house.ask_as(ALICE, "POST", &cancel, "").await;
    assert_eq!(cancel.json()["code"], 0, "{cancel:?}");
    simulator.advance(60_000);
    assert_eq!(truth(&simulator, &held), "cancelled");
    let after = house.ask_as(ALICE, "GET", &get, "").await;
    assert_eq!(after.json()["data"]["state"], 2, "{after:?}");
    assert_eq!(house.audited("answered")[0]["answer"], "taken");
    assert_eq!(house.audited("read").last().unwrap()["state"], "cancelled");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_viewer_reads_and_the_relay_refuses_their_cancels() {
    let (house, simulator) = both().await;
    for (held, get, cancel) in [
        {
            let held = hold(&simulator, "applivery", "WIPE");
            let get = applivery_path(&simulator, &held);
            let cancel = format!("{get}/cancel");
            (held, get, cancel)
        },
        {
            let held = hold(&simulator, "enos", "stop_turbine");
            let get = enos_target(&simulator, &held, "get");
            let cancel = enos_target(&simulator, &held, "cancel");
            (held, get, cancel)
        },
    ] {
        assert_eq!(house.ask_as(BOB, "GET", &get, "").await.status, 200);
        let refused = house.ask_as(BOB, "POST", &cancel, "").await;
        assert_eq!(refused.status, 403, "{refused:?}");
        assert_eq!(refused.header("countermand-relay"), Some("forbidden"));
        simulator.advance(60_000);
        assert_eq!(truth(&simulator, &held), "pending");
    }
    assert!(house.audited("sending").is_empty());
    let forbidden = house.audited("forbidden");
    assert_eq!(forbidden.len(), 2);
    assert_eq!(
        (&forbidden[0]["who"], &forbidden[0]["why"]),
        (&"bob".into(), &"role".into())
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_may_nothing_is_told_nothing() {
    let (house, simulator) = both().await;
    let held = hold(&simulator, "applivery", "LOCK");
    let path = applivery_path(&simulator, &held);
    let stranger = house.ask_as(MALLORY, "GET", &path, "").await;
    let nowhere = path.replace("/fleet/", "/nowhere/");
    let nowhere = house.ask_as(MALLORY, "GET", &nowhere, "").await;
    assert_eq!(
        (stranger.status, &stranger.body),
        (nowhere.status, &nowhere.body.replace("nowhere", "fleet"))
    );
    assert_eq!(stranger.status, 404);
    let nobody = house.ask("GET", &path, "", "").await;
    assert_eq!(nobody.status, 401);
    assert_eq!(nobody.header("countermand-relay"), Some("sign-in"));
    let offered = |answer: Value| answer["relay"]["connections"].as_array().unwrap().len();
    let asked = house.ask_as(MALLORY, "GET", "/connections.json", "").await;
    assert_eq!(offered(asked.json()), 0);
    let asked = house.ask_as(BOB, "GET", "/connections.json", "").await;
    assert_eq!(asked.json()["relay"]["connections"][0]["role"], "viewer");
    assert_eq!(offered(asked.json()), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_vendors_own_refusals_come_through() {
    let (house, simulator) = both().await;
    let mut held = hold(&simulator, "applivery", "LOCK");
    held.command = "0123456789abcdef01234567".to_owned();
    let path = applivery_path(&simulator, &held);
    let refused = house
        .ask_as(ALICE, "POST", &format!("{path}/cancel"), "")
        .await;
    assert_eq!(refused.status, 404);
    assert_eq!(refused.header("countermand-relay"), None);
    assert_eq!(refused.json()["error"]["code"], 3001, "{refused:?}");
    assert_eq!(house.audited("answered")[0]["answer"], "refused");
    assert_eq!(house.audited("answered")[0]["vendor_code"], 3001);
}
