//! SIGINT in the middle of a run.

#![cfg(unix)]

use std::io::{BufRead, BufReader, Read};

use serde_json::{Value, json};

use crate::{countermand::signal, simulator::Simulator};

fn outcome<'a>(rows: &'a [Value], wanted: &str) -> Vec<&'a str> {
    let of = rows.iter().filter(|row| row["outcome"] == wanted);
    of.map(|row| row["id"].as_str().unwrap()).collect()
}

#[test]
fn the_first_stops_sending_and_reads_what_was_sent_again() {
    let simulator = Simulator::start();
    let device = simulator.device("applivery", 3);
    let ids = simulator.waiting(&device, 40);
    simulator.fault("applivery.cancel", json!({"kind": "slow", "ms": 700}));
    let (child, _home) = simulator
        .countermand("applivery", &["cancel", &device, "--all-pending", "--yes"])
        .args(["--output", "json", "--concurrency", "1"])
        .spawn();
    simulator.wait_for("applivery.cancel");
    signal(&child, "INT");
    let output = child.wait_with_output().unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(3), "{stderr}");
    assert!(
        stderr.contains("Stopping") && stderr.contains("Stopped as requested"),
        "{stderr}"
    );
    let rows: Vec<Value> = serde_json::from_slice(&output.stdout).unwrap();
    assert!(rows.len() >= ids.len(), "no target is lost");
    let cancelled = outcome(&rows, "cancelled");
    assert!(!cancelled.is_empty() && cancelled.len() < 10, "{rows:?}");
    assert_eq!(
        outcome(&rows, "not_sent").len(),
        rows.len() - cancelled.len()
    );
    for id in cancelled {
        assert_eq!(simulator.truth(id), "cancelled");
    }
    for id in outcome(&rows, "not_sent") {
        assert_eq!(simulator.truth(id), "pending");
    }
}

#[test]
fn the_second_ends_it_at_once_and_tells_what_is_not_known() {
    let simulator = Simulator::start();
    let device = simulator.device("applivery", 3);
    let id = simulator.waiting(&device, 1).remove(0);
    simulator.fault("applivery.cancel", json!({"kind": "slow", "ms": 60_000}));
    let (mut child, _home) = simulator
        .countermand("applivery", &["cancel", &device, "--yes", "--command", &id])
        .args(["--output", "json"])
        .spawn();
    simulator.wait_for("applivery.cancel");
    let mut stderr = BufReader::new(child.stderr.take().unwrap());
    signal(&child, "INT");
    let mut line = String::new();
    stderr.read_line(&mut line).unwrap();
    assert!(line.contains("Stopping"), "{line}");
    signal(&child, "INT");
    let mut stdout = String::new();
    child
        .stdout
        .take()
        .unwrap()
        .read_to_string(&mut stdout)
        .unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(4));
    let rows: Vec<Value> = serde_json::from_str(&stdout).unwrap();
    assert_eq!(outcome(&rows, "unknown"), [id.as_str()]);
}

#[test]
fn before_anything_was_sent_nothing_is() {
    let simulator = Simulator::start();
    let device = simulator.device("applivery", 3);
    let id = simulator.waiting(&device, 1).remove(0);
    for operation in ["applivery.get", "applivery.list"] {
        simulator.fault(operation, json!({"kind": "slow", "ms": 60_000}));
    }
    let folder = crate::saved_files::folder();
    let journal = folder.path().join("journal");
    let (child, _home) = simulator
        .countermand("applivery", &["cancel", &device, "--yes", "--command", &id])
        .arg("--journal")
        .arg(&journal)
        .spawn();
    let reading = || simulator.requests("applivery.get") + simulator.requests("applivery.list");
    while reading() == 0 {
        std::thread::yield_now();
    }
    signal(&child, "INT");
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(!journal.exists(), "no journal of what never began");
    let shown = String::from_utf8_lossy(&output.stdout);
    assert!(
        shown.contains(&id) && shown.contains("not_sent"),
        "a row for each target: {shown}"
    );
    assert!(String::from_utf8_lossy(&output.stderr).contains("nothing was sent"));
    assert_eq!(simulator.truth(&id), "pending");
}

/// A terminal that goes away, and its quit key, stop a run as SIGTERM does.
#[test]
fn every_signal_that_ends_a_process_stops_a_run_with_a_row_for_each_target() {
    for name in ["HUP", "QUIT", "TERM", "INT"] {
        let simulator = Simulator::start();
        let device = simulator.device("enos", 5);
        let ids = simulator.waiting(&device, 3);
        simulator.fault("enos.cancel", json!({"kind": "slow", "ms": 1500}));
        let folder = crate::saved_files::folder();
        let journal = folder.path().join("it's a journal");
        let (child, _home) = simulator
            .countermand("enos", &["cancel", &device, "--yes", "--output", "json"])
            .arg("--journal")
            .arg(&journal)
            .arg("--command")
            .args(&ids)
            .spawn();
        simulator.wait_for("enos.cancel");
        signal(&child, name);
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(3), "{name}: {output:?}");
        let rows: Vec<Value> = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(rows.len(), 3, "{name}");
        let not_sent = rows.iter().filter(|row| row["outcome"] == "not_sent");
        assert_eq!(not_sent.count(), 2, "{name}: {rows:?}");
        // The hint works as it is printed.
        let said = String::from_utf8(output.stderr).unwrap();
        let hint = said.lines().find_map(|line| {
            let (_, hint) = line.split_once("countermand resume ")?;
            Some(hint.to_owned())
        });
        let hint = hint.unwrap_or_else(|| panic!("{said}"));
        simulator.control("DELETE", "/faults", json!({}));
        let program = env!("CARGO_BIN_EXE_countermand");
        let resumed = std::process::Command::new("sh")
            .args([
                "-c",
                &format!("'{program}' resume {hint} --yes --output json"),
            ])
            .env("COUNTERMAND_APP_KEY", simulator.text("enos", "app_key"))
            .env(
                "COUNTERMAND_APP_SECRET",
                simulator.text("enos", "app_secret"),
            )
            .output()
            .unwrap();
        assert_eq!(
            resumed.status.code(),
            Some(0),
            "{name}: {hint}: {resumed:?}"
        );
        for id in &ids {
            assert_eq!(simulator.truth(id), "cancelled", "{name}");
        }
    }
}

#[test]
fn a_vendor_that_asks_to_wait_is_told_of_once() {
    let simulator = Simulator::start();
    let devices: Vec<String> = (3..6).map(|at| simulator.device("applivery", at)).collect();
    for device in &devices {
        simulator.waiting(device, 5);
    }
    simulator.fault("applivery.cancel", json!({"kind": "slow", "ms": 500}));
    let (child, _home) = simulator
        .countermand("applivery", &["cancel", "--all-pending", "--yes"])
        .args(&devices)
        .args(["--concurrency", "3", "--verify-for", "8s"])
        .spawn();
    simulator.wait_for("applivery.cancel");
    // Every reading from now on is asked to come again, and tells of the same pause.
    for operation in ["applivery.get", "applivery.list"] {
        simulator.fault(
            operation,
            json!({"kind": "http", "status": 429, "retry_after": "600"}),
        );
    }
    let output = child.wait_with_output().unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    let told = stderr.lines().filter(|line| line.contains("asks to wait"));
    assert_eq!(told.count(), 1, "{stderr}");
}
