//! The two-person rule: what one person may not send alone does not leave.

use serde_json::json;

use crate::{
    house::{ALICE, BOB, CAROL, House, house, rule, simulated, simulator},
    passing::{applivery_path, enos_target, hold},
};

async fn ruled(
    targets: Option<usize>,
    kinds: &[&str],
) -> (House, countermand_simulator::Simulator) {
    let simulator = simulator().await;
    let mut connections = simulated(&simulator);
    for connection in &mut connections {
        connection.approval = rule(targets, kinds);
    }
    (house(connections).await, simulator)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_named_kind_waits_for_a_second_person_by_the_vendors_word() {
    let (house, simulator) = ruled(None, &["WIPE"]).await;
    let lock = hold(&simulator, "applivery", "LOCK");
    let lock = format!("{}/cancel", applivery_path(&simulator, &lock));
    assert_eq!(house.ask_as(ALICE, "POST", &lock, "").await.status, 200);
    let wipe = hold(&simulator, "applivery", "WIPE");
    let cancel = format!("{}/cancel", applivery_path(&simulator, &wipe));
    let alone = house.ask_as(ALICE, "POST", &cancel, "").await;
    assert_eq!(
        (alone.status, alone.header("countermand-relay")),
        (403, Some("approval"))
    );
    // What the page says of the kind is not believed: it is there to be read.
    let wanted =
        json!({"targets": [{"device": wipe.device, "command": wipe.command, "kind": "LOCK"}]});
    let approvals = "/relay/fleet/approvals";
    assert_eq!(
        house
            .ask_as(BOB, "POST", approvals, &wanted.to_string())
            .await
            .status,
        403
    );
    let asked = house
        .ask_as(ALICE, "POST", approvals, &wanted.to_string())
        .await;
    assert_eq!(asked.status, 201, "{asked:?}");
    let id = asked.json()["id"].as_str().unwrap().to_owned();
    let one = format!("{approvals}/{id}");
    assert_eq!(
        house.ask_as(ALICE, "POST", &cancel, "").await.status,
        403,
        "it only waits"
    );
    let approve = r#"{"decision":"approve"}"#;
    assert_eq!(
        house.ask_as(ALICE, "POST", &one, approve).await.status,
        403,
        "not one's own"
    );
    assert_eq!(
        house.ask_as(BOB, "POST", &one, approve).await.status,
        403,
        "a viewer"
    );
    let seen = house.ask_as(CAROL, "GET", approvals, "").await.json();
    assert_eq!(seen["approvals"][0]["by"], "alice");
    let approved = house.ask_as(CAROL, "POST", &one, approve).await;
    assert_eq!(approved.json()["state"], "approved");
    assert_eq!(house.ask_as(CAROL, "POST", &one, approve).await.status, 409);
    assert_eq!(
        house.ask_as(CAROL, "POST", &cancel, "").await.status,
        403,
        "it is alice's"
    );
    let cancelled = house.ask_as(ALICE, "POST", &cancel, "").await;
    assert_eq!(cancelled.status, 200, "{cancelled:?}");
    assert_eq!(
        house.audited("sending").last().unwrap()["approval"],
        id.as_str()
    );
    let decided = house.audited("decided");
    assert_eq!(
        (&decided[0]["who"], &decided[0]["decision"]),
        (&json!("carol"), &json!("approved"))
    );
    assert_eq!(house.audited("meant")[0]["command"], wipe.command.as_str());
    let why: Vec<_> = house
        .audited("forbidden")
        .iter()
        .map(|line| line["why"].clone())
        .collect();
    assert!(why.iter().all(|why| *why == "approval"), "{why:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn more_than_so_many_and_everything_of_a_device_wait_too() {
    let (house, simulator) = ruled(Some(1), &[]).await;
    let targets: Vec<String> = (0..2)
        .map(|_| {
            let held = hold(&simulator, "enos", "stop_turbine");
            enos_target(&simulator, &held, "cancel")
        })
        .collect();
    assert_eq!(
        house.ask_as(ALICE, "POST", &targets[0], "").await.status,
        200
    );
    assert_eq!(
        house.ask_as(ALICE, "POST", &targets[0], "").await.status,
        200,
        "the same once more"
    );
    assert_eq!(
        house.ask_as(ALICE, "POST", &targets[1], "").await.status,
        403
    );
    let everything = targets[1].split("&commandId").next().unwrap();
    let refused = house.ask_as(CAROL, "POST", everything, "").await;
    assert_eq!(refused.status, 403, "{refused:?}");
    assert!(
        refused.json()["message"]
            .as_str()
            .unwrap()
            .contains("second operator")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn where_there_is_no_rule_there_are_no_approvals() {
    let simulator = simulator().await;
    let house = house(simulated(&simulator)).await;
    assert_eq!(
        house
            .ask_as(ALICE, "GET", "/relay/fleet/approvals", "")
            .await
            .status,
        404
    );
}
