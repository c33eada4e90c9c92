//! A fleet of an exact size.

use std::collections::HashSet;

use countermand_simulator::Config;
use serde_json::{Value, json};

use crate::support::{Lab, START_MS, config, lab_with};

async fn filled(devices: usize, order: Value) -> (Lab, Value) {
    let lab = lab_with(Config {
        devices,
        ..config()
    })
    .await;
    let said = lab.control("fleet", order).await;
    (lab, said)
}

#[tokio::test]
async fn a_hundred_thousand_commands_are_there_at_one_call() {
    let order = json!({"vendor": "enos", "devices": 1_000, "commands_per_device": 100, "seed": 7, "hold": true});
    let (lab, said) = filled(1_200, order).await;
    assert_eq!(
        said,
        json!({"devices": 1_000, "commands": 100_000, "waiting": 50_000})
    );
    lab.sim.advance(3_600_000);
    let ledger = lab.sim.ledger();
    assert_eq!(ledger.commands.len(), 100_000);
    let ids: HashSet<&str> = ledger
        .commands
        .iter()
        .map(|entry| entry.command.as_str())
        .collect();
    assert_eq!(ids.len(), 100_000);
    let waiting: Vec<_> = ledger
        .commands
        .iter()
        .filter(|entry| serde_json::to_value(entry.state).unwrap() == "pending")
        .collect();
    assert_eq!(waiting.len(), 50_000, "an hour later they still wait");
    for entry in waiting {
        assert!(entry.created_ms < START_MS && entry.expires_ms > START_MS + 5 * 3_600_000);
    }
    let states: HashSet<String> = ledger
        .commands
        .iter()
        .map(|entry| serde_json::to_value(entry.state).unwrap().to_string())
        .collect();
    assert!(states.len() >= 5, "{states:?}");
}

#[tokio::test]
async fn what_was_filled_is_listed_and_nothing_else() {
    let order = json!({"vendor": "enos", "devices": 3, "commands_per_device": 60});
    let (lab, _) = filled(4, order).await;
    for device in &lab.about.enos.devices[..3] {
        let body = r#"{"pagination":{"pageNo":2,"pageSize":50}}"#;
        let page = lab.enos("search", device, "", Some(body)).await;
        assert_eq!(page["pagination"]["totalSize"], 60);
        assert_eq!(page["data"].as_array().unwrap().len(), 10);
    }
    let untouched = &lab.about.enos.devices[3];
    let others = lab.sim.ledger_of(untouched).unwrap().commands.len();
    assert_ne!(others, 60);
}

#[tokio::test]
async fn the_same_seed_makes_the_same_fleet() {
    let order = |seed: u64| json!({"vendor": "applivery", "devices": 4, "commands_per_device": 9, "seed": seed});
    let of = |lab: &Lab| {
        let ledger = lab.sim.ledger().commands;
        ledger
            .into_iter()
            .map(|entry| (entry.command, entry.kind, entry.created_ms))
            .collect::<Vec<_>>()
    };
    let (one, _) = filled(4, order(1)).await;
    let (again, _) = filled(4, order(1)).await;
    let (other, _) = filled(4, order(2)).await;
    assert_eq!(of(&one).len(), 36);
    assert_eq!(of(&one), of(&again));
    assert_ne!(of(&one), of(&other));
}

#[tokio::test]
async fn more_than_there_is_room_for_is_refused() {
    let (lab, _) = filled(
        4,
        json!({"vendor": "enos", "devices": 4, "commands_per_device": 0}),
    )
    .await;
    for (wrong, what) in [
        (
            json!({"vendor": "enos", "devices": 5, "commands_per_device": 1}),
            "devices",
        ),
        (
            json!({"vendor": "enos", "devices": 1, "commands_per_device": 99, "waiting_per_device": 51}),
            "waiting_per_device",
        ),
        (
            json!({"vendor": "applivery", "devices": 1, "commands_per_device": 2, "waiting_per_device": 3}),
            "waiting_per_device",
        ),
    ] {
        let order = serde_json::from_value(wrong).unwrap();
        let error = lab.sim.fill_fleet(&order).unwrap_err().to_string();
        assert!(error.starts_with(what), "{error}");
    }
}
