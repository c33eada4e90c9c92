//! `countermand brake`: one question, then whatever matches on any device is stopped, and the ledger says the same.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::{
    countermand::{Countermand, Ended},
    simulator::Simulator,
};

/// A wrong command has just gone to every device of both vendors, and all of them are out of reach.
fn incident(devices: &str) -> Simulator {
    let simulator = Simulator::start_with(&["--clock", "manual", "--devices", devices]);
    let at_once = json!({"applivery_cancel_delay_ms": 0, "enos_cancel_delay_ms": 0});
    simulator.control("PATCH", "/options", at_once);
    for (vendor, kind) in [("applivery", "WIPE"), ("enos", "stop_turbine")] {
        let order = json!({"vendor": vendor, "kind": kind, "offline_percent": 100});
        simulator.control("POST", "/incident", order);
    }
    simulator
}

fn brake(simulator: &Simulator, vendor: &str, arguments: &[&str]) -> Countermand {
    simulator.countermand(vendor, &["brake"]).args(arguments)
}

/// The wrong commands of a vendor in this state, as the simulator knows it.
fn in_state(simulator: &Simulator, vendor: &str, state: &str) -> BTreeSet<String> {
    let ledger = simulator.ledger();
    let commands = ledger["commands"].as_array().unwrap().iter();
    commands
        .filter(|command| {
            let kind = if vendor == "applivery" {
                "WIPE"
            } else {
                "stop_turbine"
            };
            command["vendor"] == vendor
                && command["kind"] == kind
                && command["state"] == state
                && command["created_ms"].as_i64() >= Some(simulator.started_ms)
        })
        .map(|command| command["command"].as_str().unwrap().to_owned())
        .collect()
}

fn rows(ended: &Ended) -> Vec<Value> {
    serde_json::from_str(&ended.stdout).unwrap()
}

/// What names the wrong commands of each vendor. The simulator's clock may be a little ahead.
const WRONG: [(&str, [&str; 2]); 2] = [
    ("applivery", ["--kind", "wipe"]),
    ("enos", ["--text", "stop turbine"]),
];

#[test]
fn whatever_matches_on_any_device_is_stopped_and_the_ledger_says_the_same() {
    let simulator = incident("25");
    for (vendor, wrong) in WRONG {
        let ended = brake(&simulator, vendor, &wrong)
            .args(["--yes", "--since", "30m", "--output", "json"])
            .run();
        let rows = rows(&ended);
        let cancelled: BTreeSet<String> = rows
            .iter()
            .filter(|row| row["outcome"] == "cancelled")
            .map(|row| row["id"].as_str().unwrap().to_owned())
            .collect();
        let truth = in_state(&simulator, vendor, "cancelled");
        assert_eq!(truth.len(), 25, "{vendor} {ended:#?}");
        assert!(truth.is_subset(&cancelled), "{vendor} {ended:#?}");
        assert_eq!(in_state(&simulator, vendor, "pending").len(), 0);
        ended.exits(0);
    }
}

#[test]
fn what_a_brake_would_do_is_shown_in_its_order_and_nothing_is_sent() {
    let simulator = incident("60");
    let ended = brake(&simulator, "applivery", &["--kind", "WIPE", "--dry-run"])
        .args(["--output", "json"])
        .run()
        .exits(0);
    let rows = rows(&ended);
    let contacts: Vec<&str> = rows
        .iter()
        .map(|row| row["last_contact"].as_str().unwrap())
        .collect();
    assert_eq!(contacts.len(), 60);
    assert!(
        contacts.is_sorted_by(|one, next| one >= next),
        "{contacts:?}"
    );
    assert!(
        ended.stderr.contains("60 devices in this order"),
        "{ended:#?}"
    );
    assert!(ended.stderr.contains("about"), "the time: {ended:#?}");
    assert_eq!(in_state(&simulator, "applivery", "pending").len(), 60);
    assert_eq!(
        simulator.ledger()["requests"]["applivery.list"],
        Value::Null
    );
}

#[test]
fn a_brake_that_does_not_say_what_is_refused() {
    let simulator = incident("1");
    for arguments in [
        &["--yes"][..],
        &["--yes", "--since", "30m"],
        &["--yes", "--spend", "all"],
        &["--yes", "--kind", ""],
        &["--yes", "--kind", "WIPE", "--at-most", "0"],
    ] {
        let ended = brake(&simulator, "applivery", arguments).run().exits(2);
        assert!(ended.stdout.is_empty());
    }
    let ended = brake(&simulator, "applivery", &["--yes"]).run().exits(2);
    assert!(
        ended
            .stderr
            .contains("everything that is pending in the organization"),
        "{ended:#?}"
    );
    let ended = brake(&simulator, "applivery", &["--kind", "WIPE"])
        .run()
        .exits(2);
    assert!(ended.stderr.contains("not a terminal"), "{ended:#?}");
    assert_eq!(in_state(&simulator, "applivery", "pending").len(), 1);
}

#[test]
fn no_more_are_stopped_than_at_most_and_that_is_said() {
    let simulator = incident("30");
    let ended = brake(
        &simulator,
        "applivery",
        &["--destructive", "--text", "WIPE", "--yes"],
    )
    .args(["--at-most", "5", "--since", "30m", "--output", "json"])
    .run()
    .exits(3);
    assert_eq!(rows(&ended).len(), 5);
    assert!(ended.stderr.contains("at most"), "{ended:#?}");
}

#[test]
fn only_named_devices_are_braked_where_some_are_named() {
    let simulator = incident("12");
    let device = simulator.device("applivery", 3);
    let ended = brake(
        &simulator,
        "applivery",
        &[&device, "--kind", "WIPE", "--yes"],
    )
    .args(["--output", "json", "--since", "30m"])
    .run()
    .exits(0);
    let rows = rows(&ended);
    assert!(!rows.is_empty() && rows.iter().all(|row| row["device"] == device.as_str()));
    assert_eq!(in_state(&simulator, "applivery", "cancelled").len(), 1);
}

#[test]
fn where_nothing_matches_what_waits_is_said() {
    let simulator = incident("3");
    let ended = brake(&simulator, "applivery", &["--kind", "WYPE", "--yes"])
        .run()
        .exits(3);
    assert!(
        ended.stderr.contains("none matches --kind WYPE"),
        "{ended:#?}"
    );
    assert!(ended.stderr.contains("Looked at 3 devices"), "{ended:#?}");
}

#[test]
fn a_device_that_cannot_be_looked_at_is_told_and_resume_goes_on() {
    let simulator = incident("8");
    let device = simulator.device("applivery", 2);
    let fault = json!({"match": {"operation": "applivery.list", "device": device},
        "fault": {"kind": "http", "status": 500}});
    simulator.control("POST", "/faults", fault);
    let folder = tempfile::tempdir().unwrap();
    let journal = folder.path().join("brake.journal");
    let journal = journal.to_str().unwrap();
    let ended = brake(
        &simulator,
        "applivery",
        &["--kind", "WIPE", "--yes", "--journal", journal],
    )
    .args(["--since", "30m"])
    .run()
    .exits(3);
    assert!(ended.stderr.contains(&device), "{ended:#?}");
    assert!(ended.stderr.contains("resume"), "{ended:#?}");
    simulator
        .countermand("applivery", &["verify", journal])
        .run()
        .exits(3);
    simulator.control("DELETE", "/faults", Value::Null);
    simulator
        .countermand("applivery", &["resume", journal, "--yes"])
        .run()
        .exits(0);
    simulator
        .countermand("applivery", &["verify", journal])
        .run()
        .exits(0);
    assert_eq!(in_state(&simulator, "applivery", "pending").len(), 0);
}
