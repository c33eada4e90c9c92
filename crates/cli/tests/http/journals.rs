//! The journal of a run: what is in it, what is not, and what `verify` says of it.

use std::{fs, path::Path};

use serde_json::json;

use crate::{
    countermand::{Ended, countermand, signal, text},
    saved_files::{assert_journal_matches, count, edited, folder, lines},
    simulator::{Simulator, VENDORS},
};

fn cancel(simulator: &Simulator, vendor: &str, device: &str, journal: &Path) -> Ended {
    simulator
        .countermand(vendor, &["cancel", device, "--all-pending", "--yes"])
        .args(["--output", "json", "--journal", &text(journal)])
        .run()
}

fn verify(journal: &Path, output: &str) -> Ended {
    countermand(["verify", "--output", output])
        .arg(journal)
        .run()
}

#[test]
fn a_finished_journal_is_whole_and_its_rows_are_those_of_the_run() {
    let folder = folder();
    for vendor in VENDORS {
        let simulator = Simulator::start();
        let secrets = simulator.secrets();
        let device = simulator.device(vendor, 3);
        simulator.waiting(&device, 4);
        let gone = simulator.waiting(&device, 1).remove(0);
        simulator.control(
            "POST",
            "/faults",
            json!({"match": {"command": gone, "operation": "applivery.cancel"}, "fault": {"kind": "executed_all_the_same"}}),
        );
        let path = folder.path().join(vendor);
        let ended = cancel(&simulator, vendor, &device, &path);
        let exit = if vendor == "applivery" { 3 } else { 0 };
        let ended = ended.exits(exit);
        assert_journal_matches(&simulator, &path);
        assert_eq!(lines(&path)[0]["event"], "header");
        assert_eq!(count(&path, "sealed"), 1);
        let kept = fs::read_to_string(&path).unwrap();
        for secret in &secrets {
            assert!(!kept.contains(secret), "{secret} in {kept}");
        }

        let verified = verify(&path, "json").exits(0).says("finished");
        assert_eq!(verified.stdout, ended.stdout);
        assert!(
            verify(&path, "csv")
                .exits(0)
                .stdout
                .starts_with("device,id,before,outcome,")
        );
        assert_eq!(
            verify(&path, "ndjson").exits(0).stdout.lines().count(),
            ended.rows().len()
        );
        let summary = verify(&path, "table").exits(0);
        assert!(
            summary.stdout.contains("the run is finished"),
            "{summary:?}"
        );
        let counted = format!(
            "{} cancelled",
            if vendor == "applivery" {
                ended.rows().len() - 1
            } else {
                ended.rows().len()
            }
        );
        assert!(summary.stdout.contains(&counted), "{summary:?}");
        assert_eq!(summary.stderr, "");

        // There is nothing left to do, so no key is needed and nobody is asked.
        let resumed = countermand(["resume", "--output", "json"])
            .arg(&path)
            .run()
            .exits(exit)
            .says("the run is finished");
        assert_eq!(resumed.stdout, ended.stdout);
        assert_eq!(fs::read_to_string(&path).unwrap(), kept);
    }
}

#[test]
fn what_is_changed_is_refused_naming_the_line_and_nothing_is_sent() {
    let simulator = Simulator::start();
    let folder = folder();
    let device = simulator.device("applivery", 3);
    let ids = simulator.waiting(&device, 3);
    let path = folder.path().join("journal");
    cancel(&simulator, "applivery", &device, &path).exits(0);
    // As it was before its end.
    let text_of = fs::read_to_string(&path).unwrap();
    let unfinished: String = text_of.split_inclusive('\n').take(9).collect();
    fs::write(&path, &unfinished).unwrap();
    verify(&path, "table").exits(3);
    let before = simulator.ledger()["requests"].clone();
    let refused = |journal: &Path, verifies: i32, resumes: i32, says: &str| {
        let refused = verify(journal, "table").exits(verifies).prints_nothing();
        refused.says(says);
        let refused = verify(journal, "json").exits(verifies).says(says);
        let printed = if verifies == 1 { "[]\n" } else { "" };
        assert_eq!(refused.stdout, printed);
        simulator
            .countermand("applivery", &["resume", "--yes"])
            .arg(journal)
            .run()
            .exits(resumes)
            .prints_nothing()
            .says(says);
    };
    let line = 1 + lines(&path)
        .iter()
        .position(|line| line["id"] == ids[1].as_str())
        .unwrap();
    let changed = edited(&path, &ids[1], "507f1f77bcf86cd799439011");
    refused(&changed, 1, 1, &format!("line {line} "));
    let without: String = unfinished
        .split_inclusive('\n')
        .enumerate()
        .filter(|(at, _)| *at != 2)
        .map(|(_, line)| line)
        .collect();
    fs::write(&changed, without).unwrap();
    refused(&changed, 1, 1, "line 2 ");
    refused(
        &edited(&path, "\"version\":1", "\"version\":2"),
        2,
        2,
        "version 2",
    );
    refused(
        &edited(&path, "countermand journal", "diary"),
        2,
        2,
        "not a journal",
    );
    fs::write(&changed, "").unwrap();
    refused(&changed, 2, 2, "empty");
    let plan = folder.path().join("plan");
    simulator
        .countermand("applivery", &["cancel", &device, "--all-pending"])
        .args(["--plan-out", &text(&plan)])
        .run()
        .exits(0);
    let before = {
        assert_ne!(
            simulator.ledger()["requests"],
            before,
            "the plan was listed"
        );
        simulator.ledger()["requests"].clone()
    };
    refused(&plan, 2, 2, "not a journal");
    refused(&folder.path().join("none"), 2, 2, "none");
    assert_eq!(simulator.ledger()["requests"], before);
}

#[test]
fn nothing_is_written_over_and_no_empty_file_is_left() {
    let simulator = Simulator::start();
    let folder = folder();
    let device = simulator.device("applivery", 3);
    simulator.waiting(&device, 1);
    let path = folder.path().join("journal");
    fs::write(&path, "precious").unwrap();
    cancel(&simulator, "applivery", &device, &path)
        .exits(2)
        .says("refusing to overwrite it")
        .prints_nothing();
    assert_eq!(fs::read_to_string(&path).unwrap(), "precious");
    assert_eq!(simulator.requests("applivery.list"), 0);

    let path = folder.path().join("new");
    cancel(&simulator, "applivery", "applivery:nosuchdevice", &path).exits(1);
    assert!(!path.exists(), "planning failed");
    simulator
        .countermand(
            "applivery",
            &["cancel", &device, "--all-pending", "--dry-run"],
        )
        .args(["--journal", &text(&path)])
        .run()
        .exits(0);
    assert!(!path.exists(), "it was a dry run");
    cancel(&simulator, "applivery", &device, &path).exits(0);
    let again = folder.path().join("again");
    cancel(&simulator, "applivery", &device, &again)
        .exits(0)
        .says("Nothing is pending");
    assert!(!again.exists(), "nothing was waiting");
    cancel(
        &simulator,
        "applivery",
        &device,
        &folder.path().join("no/folder"),
    )
    .exits(1)
    .says("no/folder");
}

#[test]
fn a_journal_of_another_connection_is_refused_naming_field_and_values() {
    let simulator = Simulator::start();
    let folder = folder();
    let device = simulator.device("enos", 3);
    simulator.waiting(&device, 2);
    let path = folder.path().join("journal");
    cancel(&simulator, "enos", &device, &path).exits(0);
    let text_of = fs::read_to_string(&path).unwrap();
    let whole = text_of.trim_end().rfind('\n').unwrap() + 1;
    fs::write(&path, &text_of[..whole]).unwrap();
    let before = simulator.ledger()["requests"].clone();
    let resume = |org: &str, base_url: &str, provider: &str| {
        countermand(["--org", org, "--base-url", base_url, "--provider", provider])
            .args(["resume", "--yes"])
            .arg(&path)
            .env("COUNTERMAND_TOKEN", "some-token")
            .env("COUNTERMAND_APP_KEY", simulator.text("enos", "app_key"))
            .env(
                "COUNTERMAND_APP_SECRET",
                simulator.text("enos", "app_secret"),
            )
            .run()
    };
    let (org, base_url) = (
        simulator.text("enos", "org"),
        simulator.text("enos", "base_url"),
    );
    for (refused, field, theirs) in [
        (resume("o99", &base_url, "enos"), "org", &*org),
        (
            resume(&org, "http://127.0.0.1:9", "enos"),
            "base_url",
            &*base_url,
        ),
        (resume(&org, &base_url, "applivery"), "provider", "enos"),
    ] {
        refused.exits(2).prints_nothing().says(field).says(theirs);
    }
    // Where the vendor's API is, the journal never says: the keys would go there.
    countermand(["resume", "--yes"])
        .arg(&path)
        .env("COUNTERMAND_APP_KEY", "k")
        .env("COUNTERMAND_APP_SECRET", "s")
        .run()
        .exits(2)
        .says("base URL");
    assert_eq!(simulator.ledger()["requests"], before);
    resume(&org, &base_url, "enos").exits(0);
}

#[test]
#[cfg(unix)]
fn a_second_process_on_one_journal_is_refused() {
    let simulator = Simulator::start();
    let folder = folder();
    let device = simulator.device("applivery", 3);
    simulator.waiting(&device, 3);
    let path = folder.path().join("journal");
    simulator.fault("applivery.cancel", json!({"kind": "slow", "ms": 60_000}));
    let (mut child, _home) = simulator
        .countermand("applivery", &["cancel", &device, "--all-pending", "--yes"])
        .args(["--journal", &text(&path)])
        .spawn();
    simulator.wait_for("applivery.cancel");
    let before = fs::read_to_string(&path).unwrap();
    simulator
        .countermand("applivery", &["resume", "--yes"])
        .arg(&path)
        .run()
        .exits(1)
        .prints_nothing()
        .says("another process");
    assert_eq!(fs::read_to_string(&path).unwrap(), before);
    verify(&path, "table").exits(3);
    signal(&child, "KILL");
    child.wait().unwrap();
}

#[test]
fn many_cancels_without_a_journal_are_worth_a_word() {
    let simulator = Simulator::start();
    let folder = folder();
    let devices = [simulator.device("enos", 3), simulator.device("enos", 4)];
    let run = |more: &[&str]| {
        for device in &devices {
            simulator.waiting(device, 30);
        }
        simulator
            .countermand("enos", &["cancel", "--all-pending", "--yes"])
            .args(&devices)
            .args(more)
            .run()
            .exits(0)
    };
    run(&["--no-journal"]).says("--no-journal");
    let journal = text(&folder.path().join("journal"));
    for kept in [&[][..], &["--journal", &journal]] {
        let quiet = run(kept);
        assert!(!quiet.stderr.contains("without a journal"), "{quiet:?}");
    }
}

#[test]
fn a_watched_command_that_runs_all_the_same_raises_an_alarm() {
    let simulator = Simulator::start_with(&[]);
    let folder = folder();
    let device = simulator.device("applivery", 3);
    let id = simulator.waiting(&device, 1).remove(0);
    simulator.fault("applivery.cancel", json!({"kind": "stays_pending"}));
    let path = folder.path().join("journal");
    let (child, _home) = simulator
        .countermand("applivery", &["cancel", &device, "--command", &id, "--yes"])
        .args(["--verify-for", "0s", "--watch", "10m", "--output", "json"])
        .args(["--journal", &text(&path)])
        .spawn();
    simulator.wait_for("applivery.cancel");
    let order = json!({"device": device, "command": id, "state": "succeeded"});
    simulator.control("POST", "/commands/state", order);
    let ended = Ended::from(child.wait_with_output().unwrap()).exits(3);
    let alarm = format!("ALARM: {device} {id} was executed after all");
    assert!(ended.stderr.lines().any(|line| line == alarm), "{ended:?}");
    assert_eq!(ended.rows()[0]["outcome"], "lost_race");
    assert_eq!(verify(&path, "json").exits(0).stdout, ended.stdout);
}

#[test]
fn what_was_not_listed_and_what_was_not_listed_wholly_are_told_apart_by_resume() {
    let simulator = Simulator::start();
    let folder = folder();
    let (good, bad) = (simulator.device("applivery", 3), "applivery:nosuchdevice");
    simulator.waiting(&good, 120);
    let began = |name: &str, devices: &[&str]| {
        let path = folder.path().join(name);
        simulator
            .countermand("applivery", &["cancel", "--all-pending", "--yes"])
            .args(devices)
            .args(["--journal", &text(&path)])
            .run()
            .exits(3);
        path
    };
    let resumed = |path: &Path| {
        simulator
            .countermand("applivery", &["resume", "--yes"])
            .arg(path)
            .run()
            .exits(3)
    };
    simulator.fault("applivery.list", json!({"kind": "page_repeated"}));
    let partly = began("partly", &[&good]);
    let said = resumed(&partly)
        .says("1 device may have been listed incompletely; more commands may be pending");
    assert!(!said.stderr.contains("could not be listed"), "{said:?}");
    simulator.control("DELETE", "/faults", json!(null));
    simulator.waiting(&good, 1);
    let unlisted = began("unlisted", &[&good, bad]);
    let said =
        resumed(&unlisted).says("1 device could not be listed; more commands may be pending");
    assert!(!said.stderr.contains("incompletely"), "{said:?}");
}
