//! Killed or stopped in the middle, and gone on with: nothing is lost, and nothing is sent twice.

#![cfg(unix)]

use std::{
    collections::HashSet,
    path::Path,
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use crate::{
    countermand::{Ended, countermand, signal, text},
    saved_files::{assert_journal_matches, assert_rows_match, count, folder},
    simulator::{Simulator, VENDORS},
};

/// Some devices with commands that wait, and a file that names them.
fn fleet(simulator: &Simulator, vendor: &str, folder: &Path) -> (String, HashSet<String>) {
    let mut ids = HashSet::new();
    let mut names = String::new();
    for at in 3..9 {
        let device = simulator.device(vendor, at);
        ids.extend(simulator.waiting(&device, 10));
        names.push_str(&format!("{device}\n"));
    }
    let path = folder.join("devices");
    std::fs::write(&path, names).unwrap();
    (text(&path), ids)
}

fn begin(
    simulator: &Simulator,
    vendor: &str,
    devices: &str,
    journal: &Path,
) -> std::process::Child {
    let (child, home) = simulator
        .countermand(vendor, &["cancel", "--devices-from", devices])
        .args([
            "--all-pending",
            "--yes",
            "--output",
            "json",
            "--concurrency",
            "4",
        ])
        // Of one device after the other, and not by the one call: there is a middle to be killed in.
        .args(["--created-after", "1h", "--journal", &text(journal)])
        .spawn();
    // Nothing of it is needed once the process runs.
    drop(home);
    child
}

fn resume(simulator: &Simulator, vendor: &str, journal: &Path) -> Ended {
    simulator
        .countermand(vendor, &["resume", "--yes", "--output", "json"])
        .arg(journal)
        .run()
}

fn wait_until(what: &str, mut is_so: impl FnMut() -> bool) {
    let started = Instant::now();
    while !is_so() {
        assert!(started.elapsed() < Duration::from_secs(60), "{what}");
        std::thread::yield_now();
    }
}

fn outcomes(rows: &[Value]) -> HashSet<&str> {
    let outcome = |row: &'_ Value| row["outcome"].as_str().map(str::len);
    assert!(rows.iter().all(|row| outcome(row).is_some()));
    rows.iter()
        .map(|row| row["outcome"].as_str().unwrap())
        .collect()
}

#[test]
fn killed_again_and_again_it_loses_nothing_and_sends_nothing_twice() {
    for vendor in VENDORS {
        let simulator = Simulator::start();
        let folder = folder();
        let (devices, ids) = fleet(&simulator, vendor, folder.path());
        let cancel = format!("{vendor}.cancel");
        simulator.fault(&cancel, json!({"kind": "slow", "ms": 40}));
        let journal = folder.path().join("journal");
        let mut child = begin(&simulator, vendor, &devices, &journal);
        // Once early, once in the middle, once late.
        for (resumed, sent) in [3, 20, 45].into_iter().enumerate() {
            wait_until("it has resumed", || {
                resumed == 0 || count(&journal, "resumed") >= resumed
            });
            wait_until("cancels are sent", || simulator.requests(&cancel) >= sent);
            signal(&child, "KILL");
            child.wait().unwrap();
            let verified = countermand(["verify", "--output", "json"])
                .arg(&journal)
                .run()
                .exits(3);
            are_true_or_open(&simulator, &verified.rows());
            let (next, home) = simulator
                .countermand(vendor, &["resume", "--yes", "--output", "json"])
                .arg(&journal)
                .args(["--concurrency", "4"])
                .spawn();
            drop(home);
            child = next;
        }
        let ended = Ended::from(child.wait_with_output().unwrap()).exits(0);
        let rows = ended.rows();
        let found: HashSet<String> = rows
            .iter()
            .map(|row| row["id"].as_str().unwrap().to_owned())
            .collect();
        assert!(ids.is_subset(&found), "no target is lost");
        assert_eq!(found.len(), rows.len(), "each has one row");
        assert_eq!(outcomes(&rows), HashSet::from(["cancelled"]), "{ended:?}");
        assert_rows_match(&simulator, &rows);
        assert_journal_matches(&simulator, &journal);
        assert_eq!(count(&journal, "resumed"), 3);
        let verified = countermand(["verify", "--output", "json"])
            .arg(&journal)
            .run()
            .exits(0);
        assert_eq!(verified.stdout, ended.stdout);
    }
}

/// Before a run is gone on with, what is in doubt is said to be.
#[track_caller]
fn are_true_or_open(simulator: &Simulator, rows: &[Value]) {
    let settled: Vec<Value> = rows
        .iter()
        // What is said to be not sent has no intent in the journal, so it holds of that too.
        .filter(|row| row["outcome"] != "unknown")
        .cloned()
        .collect();
    assert_rows_match(simulator, &settled);
}

#[test]
fn an_answer_that_was_lost_in_the_crash_is_not_asked_for_twice() {
    for vendor in VENDORS {
        let simulator = Simulator::start();
        let folder = folder();
        let device = simulator.device(vendor, 3);
        let id = simulator.waiting(&device, 1).remove(0);
        let cancel = format!("{vendor}.cancel");
        // It is done at once; the answer would come in a minute.
        simulator.fault(&cancel, json!({"kind": "slow", "ms": 60_000}));
        let journal = folder.path().join("journal");
        let (mut child, _home) = simulator
            .countermand(vendor, &["cancel", &device, "--command", &id, "--yes"])
            .args(["--journal", &text(&journal)])
            .spawn();
        simulator.wait_for(&cancel);
        signal(&child, "KILL");
        child.wait().unwrap();
        countermand(["verify"]).arg(&journal).run().exits(3);
        let ended = resume(&simulator, vendor, &journal)
            .exits(0)
            .says("1 in doubt")
            .says("0 still to send");
        assert_eq!(ended.rows()[0]["outcome"], "cancelled");
        assert_eq!(simulator.requests(&cancel), 1, "one cancel was enough");
        assert_journal_matches(&simulator, &journal);
    }
}

#[test]
fn half_a_line_at_the_end_is_said_and_dropped() {
    let simulator = Simulator::start();
    let folder = folder();
    let device = simulator.device("enos", 3);
    let ids = simulator.waiting(&device, 5);
    let journal = folder.path().join("journal");
    simulator
        .countermand("enos", &["cancel", &device, "--yes", "--output", "json"])
        .args(["--journal", &text(&journal), "--command"])
        .args(&ids)
        .run()
        .exits(0);
    let whole = std::fs::read(&journal).unwrap();
    // Cut in the seal, in a settled line, and right behind a line.
    let lines: Vec<usize> = whole
        .iter()
        .enumerate()
        .filter(|(_, byte)| **byte == b'\n')
        .map(|(at, _)| at + 1)
        .collect();
    for (cut, torn) in [
        (whole.len() - 5, true),
        (lines[lines.len() - 3] + 40, true),
        (lines[lines.len() - 2], false),
    ] {
        std::fs::write(&journal, &whole[..cut]).unwrap();
        let verified = countermand(["verify"]).arg(&journal).run().exits(3);
        assert_eq!(
            verified.stdout.contains("writing it was interrupted"),
            torn,
            "{verified:?}"
        );
        let ended = resume(&simulator, "enos", &journal).exits(0);
        assert_eq!(
            ended.stderr.contains("writing it was interrupted"),
            torn,
            "{ended:?}"
        );
        assert_eq!(ended.rows().len(), ids.len());
        assert_eq!(outcomes(&ended.rows()), HashSet::from(["cancelled"]));
        countermand(["verify"]).arg(&journal).run().exits(0);
    }
}

#[test]
fn stopped_by_a_person_it_goes_on_from_there() {
    let simulator = Simulator::start();
    let folder = folder();
    let (devices, ids) = fleet(&simulator, "applivery", folder.path());
    simulator.fault("applivery.cancel", json!({"kind": "slow", "ms": 100}));
    let journal = folder.path().join("journal");
    let child = begin(&simulator, "applivery", &devices, &journal);
    wait_until("some are sent", || {
        simulator.requests("applivery.cancel") >= 8
    });
    signal(&child, "INT");
    let stopped = Ended::from(child.wait_with_output().unwrap())
        .exits(3)
        .says("countermand resume");
    let rows = stopped.rows();
    assert!(rows.len() >= ids.len());
    assert_eq!(outcomes(&rows), HashSet::from(["cancelled", "not_sent"]));
    assert_rows_match(&simulator, &rows);
    let says_stopped = |exit| {
        let verified = countermand(["verify"]).arg(&journal).run().exits(exit);
        verified.stdout.contains("as requested, ")
    };
    assert!(says_stopped(3));

    let ended = resume(&simulator, "applivery", &journal).exits(0);
    assert!(!says_stopped(0), "it was gone on with");
    assert_eq!(ended.rows().len(), rows.len());
    assert_eq!(outcomes(&ended.rows()), HashSet::from(["cancelled"]));
    assert_rows_match(&simulator, &ended.rows());
    assert_journal_matches(&simulator, &journal);
}

#[test]
fn without_a_terminal_going_on_needs_yes() {
    let simulator = Simulator::start();
    let folder = folder();
    let device = simulator.device("applivery", 3);
    let id = simulator.waiting(&device, 1).remove(0);
    let journal = folder.path().join("journal");
    simulator.fault("applivery.cancel", json!({"kind": "slow", "ms": 60_000}));
    let (mut child, _home) = simulator
        .countermand("applivery", &["cancel", &device, "--command", &id, "--yes"])
        .args(["--journal", &text(&journal)])
        .spawn();
    simulator.wait_for("applivery.cancel");
    signal(&child, "KILL");
    child.wait().unwrap();
    let before = std::fs::read(&journal).unwrap();
    simulator
        .countermand("applivery", &["resume"])
        .arg(&journal)
        .run()
        .exits(2)
        .prints_nothing()
        .says("--yes");
    assert_eq!(std::fs::read(&journal).unwrap(), before);
}

#[test]
fn a_refused_key_leaves_what_can_be_gone_on_with() {
    for vendor in VENDORS {
        let simulator = Simulator::start();
        let folder = folder();
        let (devices, _) = fleet(&simulator, vendor, folder.path());
        let cancel = format!("{vendor}.cancel");
        simulator.fault(&cancel, json!({"kind": "slow", "ms": 40}));
        let journal = folder.path().join("journal");
        let mut child = begin(&simulator, vendor, &devices, &journal);
        wait_until("cancels are sent", || simulator.requests(&cancel) >= 10);
        signal(&child, "KILL");
        child.wait().unwrap();
        let before = std::fs::read(&journal).unwrap();
        for (name, value) in [
            ("COUNTERMAND_TOKEN", "wr0ng-token"),
            ("COUNTERMAND_APP_SECRET", "wr0ng-secret"),
        ] {
            if name.ends_with("TOKEN") == (vendor == "applivery") {
                simulator
                    .countermand(vendor, &["resume", "--yes", "--output", "json"])
                    .arg(&journal)
                    .env(name, value)
                    .run()
                    .exits(1)
                    .prints_nothing()
                    .says("the journal is unchanged")
                    .hides(&["wr0ng"]);
            }
        }
        assert_eq!(std::fs::read(&journal).unwrap(), before);
        let ended = resume(&simulator, vendor, &journal).exits(0);
        assert_eq!(outcomes(&ended.rows()), HashSet::from(["cancelled"]));
        assert_rows_match(&simulator, &ended.rows());
        assert_journal_matches(&simulator, &journal);
    }
}

#[test]
fn ended_at_once_by_a_second_signal_it_goes_on_from_there() {
    let simulator = Simulator::start();
    let folder = folder();
    let device = simulator.device("applivery", 3);
    let ids = simulator.waiting(&device, 2);
    let slow = json!({"match": {"operation": "applivery.cancel"}, "times": 1, "fault": {"kind": "slow", "ms": 60_000}});
    simulator.control("POST", "/faults", slow);
    let journal = folder.path().join("journal");
    let (mut child, _home) = simulator
        .countermand(
            "applivery",
            &["cancel", &device, "--yes", "--output", "json"],
        )
        .args([
            "--concurrency",
            "1",
            "--journal",
            &text(&journal),
            "--command",
        ])
        .args(&ids)
        .spawn();
    simulator.wait_for("applivery.cancel");
    let mut stderr = std::io::BufReader::new(child.stderr.take().unwrap());
    signal(&child, "INT");
    let mut line = String::new();
    std::io::BufRead::read_line(&mut stderr, &mut line).unwrap();
    assert!(line.contains("Stopping"), "{line}");
    signal(&child, "INT");
    let mut said = String::new();
    std::io::Read::read_to_string(&mut stderr, &mut said).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(4), "{said}");
    assert!(said.contains("countermand resume"), "{said}");
    let rows: Vec<Value> = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(outcomes(&rows), HashSet::from(["unknown", "not_sent"]));

    let ended = resume(&simulator, "applivery", &journal).exits(0);
    assert_eq!(ended.rows().len(), 2);
    assert_eq!(outcomes(&ended.rows()), HashSet::from(["cancelled"]));
    assert_eq!(simulator.requests("applivery.cancel"), 2, "each once");
    assert_journal_matches(&simulator, &journal);
}

#[test]
fn a_plan_with_a_journal_tells_of_what_has_drifted_too() {
    let simulator = Simulator::start();
    let folder = folder();
    let device = simulator.device("enos", 3);
    let ids = simulator.waiting(&device, 3);
    let (plan, journal) = (folder.path().join("plan"), folder.path().join("journal"));
    simulator
        .countermand("enos", &["cancel", &device, "--plan-out", &text(&plan)])
        .arg("--command")
        .args(&ids)
        .run()
        .exits(0);
    let order = json!({"device": device, "command": ids[0], "state": "succeeded"});
    simulator.control("POST", "/commands/state", order);
    let run = |more: &[&str]| {
        simulator
            .countermand("enos", &["cancel", "--yes", "--output", "json", "--plan"])
            .args([text(&plan), "--journal".to_owned(), text(&journal)])
            .args(more)
            .run()
    };
    run(&[]).exits(1);
    assert!(!journal.exists(), "nothing was begun");
    let ended = run(&["--allow-drift"]).exits(3);
    assert_eq!(ended.rows()[0]["outcome"], "already_finished");
    assert_eq!(ended.rows()[1]["outcome"], "cancelled");
    let verified = countermand(["verify", "--output", "json"])
        .arg(&journal)
        .run()
        .exits(0);
    assert_eq!(verified.stdout, ended.stdout);
}
