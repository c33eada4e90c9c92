//! Every kind of fault can be aimed at a route, at a command, or left to chance by the seed, and all of it
//! over the control address.

use countermand_simulator::{Config, FaultKind};
use serde_json::{Value, json};

use crate::support::{Lab, config, lab, lab_with};

/// One of each kind, as it is written on the control address.
fn kinds() -> Vec<Value> {
    let plain = [
        "lost_before",
        "lost_after",
        "truncated",
        "html",
        "token_expired",
        "replayed",
        "page_repeated",
        "paging_ignored",
        "has_next_always",
        "has_next_missing",
        "items_only",
        "bare_array",
        "goes_out_first",
        "executed_all_the_same",
        "expires_all_the_same",
        "stays_pending",
        "another_command",
    ];
    let mut kinds: Vec<Value> = plain.iter().map(|kind| json!({"kind": kind})).collect();
    for status in [429, 500, 502, 503] {
        kinds.push(json!({"kind": "http", "status": status}));
    }
    kinds.push(json!({"kind": "http", "status": 429, "retry_after": "2"}));
    kinds.push(json!({"kind": "http", "status": 500, "processed": true}));
    kinds.push(json!({"kind": "slow", "ms": 1}));
    kinds
}

fn name(kind: &Value) -> &str {
    kind["kind"].as_str().unwrap()
}

/// Reads a command of the first Applivery device that may as well not exist; what comes of it does not
/// matter here.
async fn read(lab: &Lab, command: &str) {
    let url = lab.commands_url(&lab.applivery_device(0), &format!("/{command}"));
    let request = lab.http.get(url).bearer_auth(&lab.about.applivery.token);
    if let Ok(answer) = request.send().await {
        let _ = answer.bytes().await;
    }
}

async fn list(lab: &Lab) {
    let request = lab
        .http
        .get(lab.commands_url(&lab.applivery_device(0), ""))
        .bearer_auth(&lab.about.applivery.token);
    if let Ok(answer) = request.send().await {
        let _ = answer.bytes().await;
    }
}

/// How often the fault has met this operation.
fn met(lab: &Lab, operation: &str, kind: &Value) -> u64 {
    let requests = lab.sim.ledger().requests;
    requests
        .get(operation)
        .and_then(|count| count.faults.get(name(kind)))
        .copied()
        .unwrap_or(0)
}

fn id(number: u32) -> String {
    format!("{number:024x}")
}

#[tokio::test]
async fn there_is_a_name_for_every_kind() {
    for kind in kinds() {
        let read: FaultKind = serde_json::from_value(kind.clone()).unwrap();
        assert_eq!(read.name(), name(&kind));
    }
}

#[tokio::test]
async fn every_kind_can_be_aimed_at_a_route() {
    for kind in kinds() {
        let lab = lab().await;
        let rule = json!({"match": {"operation": "applivery.get"}, "fault": kind});
        lab.control("faults", rule).await;
        read(&lab, &id(1)).await;
        list(&lab).await;
        assert_eq!(met(&lab, "applivery.get", &kind), 1, "{kind}");
        assert_eq!(met(&lab, "applivery.list", &kind), 0, "{kind}");
    }
}

#[tokio::test]
async fn every_kind_can_be_aimed_at_a_command() {
    for kind in kinds() {
        let lab = lab().await;
        let rule = json!({"match": {"command": id(2)}, "fault": kind});
        lab.control("faults", rule).await;
        for number in [1, 2, 3] {
            read(&lab, &id(number)).await;
        }
        list(&lab).await;
        assert_eq!(met(&lab, "applivery.get", &kind), 1, "{kind}");
        assert_eq!(lab.sim.faults()[0].fired, 1, "{kind}");
    }
}

#[tokio::test]
async fn every_kind_can_be_left_to_chance_and_the_seed_decides_whom_it_meets() {
    for kind in kinds() {
        let whom = async |seed: u64, numbers: Vec<u32>| {
            let lab = lab_with(Config { seed, ..config() }).await;
            let rule = json!({"probability": 0.5, "fault": kind});
            lab.control("faults", rule).await;
            let mut met_by = Vec::new();
            let mut before = 0;
            for number in numbers {
                read(&lab, &id(number)).await;
                let now = met(&lab, "applivery.get", &kind);
                if now > before {
                    met_by.push(number);
                }
                before = now;
            }
            met_by.sort_unstable();
            met_by
        };
        let forwards = whom(1, (0..24).collect()).await;
        assert!((4..20).contains(&forwards.len()), "{kind}: {forwards:?}");
        assert_eq!(forwards, whom(1, (0..24).rev().collect()).await, "{kind}");
        assert_ne!(forwards, whom(2, (0..24).collect()).await, "{kind}");
    }
}
