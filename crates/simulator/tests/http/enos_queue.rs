//! EnOS: the queue of a device.

use countermand_simulator::{AddCommands, Ledger, TrueState};
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::support::{Lab, lab};

/// A device that cannot be reached and has nothing waiting.
async fn emptied(lab: &Lab) -> String {
    let device = lab.about.enos.devices[6].clone();
    lab.sim.set_online(&device, Some(false)).unwrap();
    lab.enos("cancel", &device, "", None).await;
    lab.sim.advance(120_000);
    device
}

fn add(lab: &Lab, device: &str, count: u32, ttl_s: u32) -> Vec<String> {
    let order = AddCommands {
        count,
        ttl_s,
        ..AddCommands::to(device)
    };
    lab.sim
        .add_commands(&order)
        .unwrap()
        .into_iter()
        .map(|added| added.command)
        .collect()
}

fn states(ledger: &Ledger, ids: &[String]) -> Vec<TrueState> {
    let of = |id: &String| {
        ledger
            .commands
            .iter()
            .find(|c| c.command == *id)
            .unwrap()
            .state
    };
    ids.iter().map(of).collect()
}

#[tokio::test]
async fn the_next_goes_out_only_after_the_one_before_has_ended() {
    let lab = lab().await;
    let device = emptied(&lab).await;
    let ids = add(&lab, &device, 8, 3_600);
    lab.sim.set_online(&device, Some(true)).unwrap();
    lab.sim.advance(8 * 61_000);
    let ledger = lab.sim.ledger_of(&device).unwrap();
    let mut free_ms = 0;
    for id in &ids {
        let command = ledger.commands.iter().find(|c| c.command == *id).unwrap();
        let sent_ms = command.sent_ms.unwrap();
        assert!(
            sent_ms >= free_ms,
            "{id} went out at {sent_ms}, before {free_ms}"
        );
        free_ms = command.executed_ms.or(command.failed_ms).unwrap();
    }
}

#[tokio::test]
async fn one_is_out_and_the_others_wait_and_cancelling_the_head_brings_the_next_forward() {
    let lab = lab().await;
    let device = emptied(&lab).await;
    let ids = add(&lab, &device, 3, 3_600);
    let cancel = lab
        .enos("cancel", &device, &format!("&commandId={}", ids[0]), None)
        .await;
    assert_eq!(cancel["data"][0]["commandId"], ids[0]);
    lab.sim.set_online(&device, Some(true)).unwrap();
    let now = states(&lab.sim.ledger_of(&device).unwrap(), &ids);
    assert_eq!(
        now,
        [TrueState::Pending, TrueState::Sent, TrueState::Pending]
    );
    assert_eq!(lab.enos_state(&device, &ids[1]).await, 4);
    lab.sim.advance(300);
    let ledger = lab.sim.ledger_of(&device).unwrap();
    assert_eq!(states(&ledger, &ids)[0], TrueState::Cancelled);
    let head = ledger
        .commands
        .iter()
        .find(|c| c.command == ids[0])
        .unwrap();
    assert_eq!(head.sent_ms, None, "what was cancelled never went out");
}

#[tokio::test]
async fn a_device_that_cannot_be_reached_keeps_its_queue_until_it_expires() {
    let lab = lab().await;
    let device = emptied(&lab).await;
    let short = add(&lab, &device, 1, 60);
    let long = add(&lab, &device, 1, 3_600);
    let both = [short[0].clone(), long[0].clone()];
    lab.sim.advance(59_999);
    let now = states(&lab.sim.ledger_of(&device).unwrap(), &both);
    assert_eq!(now, [TrueState::Pending, TrueState::Pending]);
    lab.sim.advance(1);
    let now = states(&lab.sim.ledger_of(&device).unwrap(), &both);
    assert_eq!(now, [TrueState::Expired, TrueState::Pending]);
    assert_eq!(lab.enos_state(&device, &both[0]).await, 3);
}

#[tokio::test]
async fn fifty_are_cached_and_no_more() {
    let lab = lab().await;
    let device = emptied(&lab).await;
    add(&lab, &device, 50, 3_600);
    let url = format!("http://{}/_sim/commands", lab.sim.addr());
    let response = lab
        .http
        .post(url)
        .json(&json!({"device": device}))
        .send()
        .await
        .unwrap();
    assert_eq!(response.status(), StatusCode::BAD_REQUEST);
    let error: Value = response.json().await.unwrap();
    assert!(
        error["error"].as_str().unwrap().contains("50 cached"),
        "{error}"
    );
    assert_eq!(lab.enos_cached(&device).await.len(), 50);
}

#[tokio::test]
async fn an_instant_command_fails_at_once_where_the_device_cannot_be_reached() {
    let lab = lab().await;
    let device = emptied(&lab).await;
    let ids = add(&lab, &device, 1, 0);
    assert_eq!(lab.enos_state(&device, &ids[0]).await, 6);
    lab.sim.set_online(&device, Some(true)).unwrap();
    let ids = add(&lab, &device, 1, 0);
    assert_eq!(lab.enos_state(&device, &ids[0]).await, 4, "it is sent");
}

#[tokio::test]
async fn an_instant_command_waits_behind_others_and_can_be_revoked_there() {
    let lab = lab().await;
    let device = emptied(&lab).await;
    add(&lab, &device, 1, 3_600);
    lab.sim.set_online(&device, Some(true)).unwrap();
    let ids = add(&lab, &device, 2, 0);
    for id in &ids {
        assert_eq!(lab.enos_state(&device, id).await, 1);
    }
    let more = format!("&commandId={}", ids[0]);
    let answer = lab.enos("cancel", &device, &more, None).await;
    assert_eq!(answer["data"][0]["commandId"], ids[0]);
    lab.sim.advance(5 * 61_000);
    assert_eq!(lab.enos_state(&device, &ids[0]).await, 2);
    let other = lab.enos_state(&device, &ids[1]).await;
    assert!((5..=7).contains(&other), "its turn came: {other}");
}

#[tokio::test]
async fn the_fleet_has_instant_commands_that_wait() {
    let lab = lab().await;
    let ledger = || async {
        let mut instant = 0;
        for device in &lab.about.enos.devices {
            let answer = lab
                .enos("search", device, "", Some(r#"{"expression":"state = 1"}"#))
                .await;
            let items = answer["data"].as_array().unwrap();
            instant += items.iter().filter(|item| item["pendingTtl"] == 0).count();
        }
        instant
    };
    assert!(ledger().await > 0);
}

#[tokio::test]
async fn what_a_script_finds_first_does_not_move_for_ten_minutes() {
    let lab = lab().await;
    let mut before = Vec::new();
    for device in &lab.about.enos.devices[..3] {
        before.push(lab.enos_cached(device).await);
    }
    let mut applivery = Vec::new();
    for n in 0..3 {
        applivery.push(lab.applivery_pending(&lab.applivery_device(n)).await);
    }
    assert!(
        before
            .iter()
            .chain(&applivery)
            .all(|waiting| waiting.len() >= 3)
    );
    lab.sim.advance(15 * 60_000);
    for n in 0..3 {
        assert_eq!(lab.enos_cached(&lab.about.enos.devices[n]).await, before[n]);
        assert_eq!(
            lab.applivery_pending(&lab.applivery_device(n)).await,
            applivery[n]
        );
    }
}
