//! List, get and cancel at both vendors, as the documents describe it.

use crate::support::{START_MS, id_of, lab};
use countermand_simulator::{AddCommands, TrueState};
use reqwest::StatusCode;
use serde_json::json;

#[tokio::test]
async fn applivery_lists_and_cancels_and_the_cancel_shows_later() {
    let lab = lab().await;
    let device = lab.applivery_device(0);
    let pending = lab.applivery_pending(&device).await;
    assert_eq!(pending.len(), 4);
    let id = &pending[0];
    let (status, answer) = lab
        .post(lab.commands_url(&device, &format!("/{id}/cancel")))
        .await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(answer["data"]["status"], "PENDING");
    assert_eq!(
        answer["data"]["config"]["done"], true,
        "as the published example has it"
    );

    let read = || lab.get(lab.commands_url(&device, &format!("/{id}")));
    let (_, before) = read().await;
    assert_eq!(id_of(&before["data"]), id);
    assert_eq!(
        (&before["data"]["status"], &before["data"]["config"]["done"]),
        (&json!("PENDING"), &json!(false))
    );
    lab.control("clock/advance", json!({"ms": 499})).await;
    assert_eq!(read().await.1["data"]["config"]["done"], false);
    lab.control("clock/advance", json!({"ms": 1})).await;
    let (_, after) = read().await;
    assert_eq!(after["data"]["config"]["done"], true);
    assert_eq!(after["data"]["config"]["error"]["code"], 1);
    assert_eq!(lab.applivery_pending(&device).await.len(), 3);

    let (status, again) = lab
        .post(lab.commands_url(&device, &format!("/{id}/cancel")))
        .await;
    assert_eq!(
        (status, &again["error"]["code"]),
        (StatusCode::BAD_REQUEST, &json!(5106))
    );
    let truth = lab.ledger_of(&lab.about.applivery.devices[0], id).await;
    assert_eq!(truth["state"], "cancelled");
    assert_eq!(truth["cancelled_ms"], START_MS + 500);
    let accepted: Vec<_> = truth["cancels"]
        .as_array()
        .unwrap()
        .iter()
        .map(|c| &c["accepted"])
        .collect();
    assert_eq!(accepted, [true, false]);
}

#[tokio::test]
async fn enos_lists_and_cancels_one_and_the_cancel_shows_later() {
    let lab = lab().await;
    let device = lab.about.enos.devices[0].clone();
    let cached = lab.enos_cached(&device).await;
    assert_eq!(cached.len(), 6);
    let id = &cached[2];
    let answer = lab
        .enos("cancel", &device, &format!("&commandId={id}"), None)
        .await;
    assert_eq!(answer["code"], 0);
    assert_eq!(answer["data"].as_array().unwrap().len(), 1);
    assert_eq!(answer["data"][0]["commandId"], *id);
    assert_eq!(answer["data"][0]["state"], 1, "as published");
    lab.control("clock/advance", json!({"ms": 299})).await;
    assert_eq!(lab.enos_state(&device, id).await, 1);
    lab.control("clock/advance", json!({"ms": 1})).await;
    assert_eq!(lab.enos_state(&device, id).await, 2);
    assert_eq!(lab.enos_cached(&device).await.len(), 5);
    let truth = lab.ledger_of(&device, id).await;
    assert_eq!(
        (&truth["state"], &truth["sent_ms"]),
        (&json!("cancelled"), &json!(null))
    );
}

#[tokio::test]
async fn enos_cancels_everything_that_is_cached_and_nothing_else() {
    let lab = lab().await;
    // Named by its keys; the first is named by its asset.
    let device = lab.about.enos.devices[1].clone();
    assert!(device.starts_with("enos:key:"));
    let sent = lab
        .sim
        .add_commands(&AddCommands {
            state: TrueState::Sent,
            ..AddCommands::to(&device)
        })
        .unwrap();
    let cached = lab.enos_cached(&device).await;
    assert_eq!(cached.len(), 3);
    let answer = lab.enos("cancel", &device, "", None).await;
    let mut named: Vec<_> = answer["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|c| c["commandId"].as_str().unwrap())
        .collect();
    named.sort_unstable();
    assert_eq!(named, cached);
    lab.sim.advance(300);
    for id in &cached {
        assert_eq!(lab.enos_state(&device, id).await, 2);
    }
    assert_eq!(lab.enos_state(&device, &sent[0].command).await, 4);
    let other = lab.enos_cached(&lab.about.enos.devices[0]).await;
    assert_eq!(other.len(), 6, "another device keeps its queue");
}
