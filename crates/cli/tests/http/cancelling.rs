//! `cancel` against the simulator: what is said must be what is true.

use serde_json::{Value, json};

use crate::simulator::{Simulator, VENDORS};

fn outcomes<'a>(rows: &'a [Value]) -> Vec<&'a str> {
    let outcome = |row: &'a Value| row["outcome"].as_str().unwrap();
    rows.iter().map(outcome).collect()
}

fn cancel(vendor: &str) -> String {
    format!("{vendor}.cancel")
}

#[test]
fn by_id_it_cancels_these_and_no_others() {
    let simulator = Simulator::start();
    for vendor in VENDORS {
        let device = simulator.device(vendor, 0);
        let ids = simulator.waiting(&device, 3);
        let ended = simulator
            .countermand(vendor, &["cancel", &device, "--yes", "--output", "json"])
            .args(["--command", &ids[0], "--command", &ids[2]])
            .run()
            .exits(0)
            .says("2 cancelled");
        let rows = ended.rows();
        assert_eq!(outcomes(&rows), ["cancelled", "cancelled"]);
        let names: Vec<&String> = rows[0].as_object().unwrap().keys().collect();
        assert_eq!(
            names,
            [
                "device",
                "id",
                "before",
                "outcome",
                "after",
                "vendor_code",
                "message",
                "request_id",
                "attempts"
            ]
        );
        assert_eq!(rows[0]["device"], device.as_str());
        assert_eq!(rows[0]["id"], ids[0].as_str());
        assert_eq!(rows[0]["before"], "pending");
        assert_eq!(rows[0]["after"], "cancelled");
        assert_eq!(simulator.truth(&ids[0]), "cancelled");
        assert_eq!(simulator.truth(&ids[1]), "pending");
        assert_eq!(simulator.truth(&ids[2]), "cancelled");
    }
}

#[test]
fn everything_that_waits_on_the_devices_that_were_named_and_on_no_other() {
    let simulator = Simulator::start();
    for vendor in VENDORS {
        let devices: Vec<String> = (3..6)
            .map(|index| simulator.device(vendor, index))
            .collect();
        let ids: Vec<Vec<String>> = devices
            .iter()
            .map(|device| simulator.waiting(device, 2))
            .collect();
        let ended = simulator
            .countermand(
                vendor,
                &["cancel", &devices[0], &devices[1], "--all-pending", "--yes"],
            )
            .args(["--output", "json"])
            .run()
            .exits(0);
        assert!(
            outcomes(&ended.rows())
                .iter()
                .all(|outcome| *outcome == "cancelled")
        );
        for id in ids[0].iter().chain(&ids[1]) {
            assert_eq!(simulator.truth(id), "cancelled");
        }
        for id in &ids[2] {
            assert_eq!(simulator.truth(id), "pending");
        }
        let nothing = simulator
            .countermand(vendor, &["cancel", &devices[0], "--all-pending", "--yes"])
            .args(["--output", "json"])
            .run()
            .exits(0)
            .says("Nothing is pending");
        assert_eq!(nothing.stdout, "[]\n");
    }
}

#[test]
fn a_dry_run_sends_nothing() {
    let simulator = Simulator::start();
    for vendor in VENDORS {
        let device = simulator.device(vendor, 0);
        let id = simulator.waiting(&device, 1).remove(0);
        let ended = simulator
            .countermand(vendor, &["cancel", &device, "--command", &id, "--dry-run"])
            .args(["--output", "json"])
            .run()
            .exits(0)
            .says("nothing was sent");
        assert_eq!(outcomes(&ended.rows()), ["planned"]);
        assert_eq!(simulator.truth(&id), "pending");
        assert_eq!(simulator.requests(&cancel(vendor)), 0);
        assert_eq!(simulator.requests("enos.cancel_all"), 0);
    }
}

#[test]
fn what_was_cancelled_before_is_as_asked_and_what_ended_otherwise_is_not() {
    let simulator = Simulator::start();
    for vendor in VENDORS {
        let device = simulator.device(vendor, 0);
        for (state, exit, outcome) in [
            ("cancelled", 0, "already_finished"),
            ("succeeded", 3, "already_finished"),
            ("expired", 3, "already_finished"),
            ("sent", 3, "already_delivered"),
        ] {
            let id = simulator.add(json!({"device": device, "state": state, "hold": true}));
            let ended = simulator
                .countermand(vendor, &["cancel", &device, "--command", &id[0], "--yes"])
                .args(["--output", "json"])
                .run()
                .exits(exit);
            let rows = ended.rows();
            assert_eq!(outcomes(&rows), [outcome], "{state}");
            assert_eq!(rows[0]["attempts"], 0);
            assert_eq!(
                ended.stderr.contains("cancelled"),
                state == "cancelled",
                "{ended:?}"
            );
        }
        assert_eq!(simulator.requests(&cancel(vendor)), 0);
    }
}

#[test]
fn a_lost_answer_is_read_again_and_told_as_it_is() {
    let simulator = Simulator::start();
    for vendor in VENDORS {
        let device = simulator.device(vendor, 0);
        let id = simulator.waiting(&device, 1).remove(0);
        simulator.fault(&cancel(vendor), json!({"kind": "lost_after"}));
        let ended = simulator
            .countermand(vendor, &["cancel", &device, "--command", &id, "--yes"])
            .args(["--output", "json"])
            .run()
            .exits(0);
        assert_eq!(outcomes(&ended.rows()), ["cancelled"]);
        assert_eq!(simulator.truth(&id), "cancelled");
    }
}

#[test]
fn cancelled_is_never_said_of_what_was_not_read_so() {
    for (fault, outcome, exit) in [
        (json!({"kind": "stays_pending"}), "accepted", 3),
        (json!({"kind": "executed_all_the_same"}), "lost_race", 3),
        (json!({"kind": "expires_all_the_same"}), "expired", 3),
        (json!({"kind": "lost_before"}), "unknown", 4),
        (json!({"kind": "http", "status": 500}), "unknown", 4),
    ] {
        let simulator = Simulator::start();
        for vendor in VENDORS {
            let device = simulator.device(vendor, 0);
            let id = simulator.waiting(&device, 1).remove(0);
            simulator.fault(&cancel(vendor), fault.clone());
            let arguments = [
                "cancel",
                &device,
                "--command",
                &id,
                "--yes",
                "--verify-for",
                "1s",
            ];
            let ended = simulator
                .countermand(vendor, &arguments)
                .args(["--output", "json"])
                .run()
                .exits(exit);
            let rows = ended.rows();
            assert_eq!(outcomes(&rows), [outcome], "{vendor} {fault}: {ended:?}");
            assert!(!ended.stdout.contains("cancelled"), "{ended:?}");
            assert!(!ended.stderr.contains("cancelled"), "{ended:?}");
            assert!(ended.stderr.contains(outcome), "{ended:?}");
            let human = simulator.countermand(vendor, &arguments).run();
            let said = human.stdout.contains("cancelled") || human.stderr.contains("cancelled");
            assert!(!said, "{human:?}");
        }
    }
}

#[test]
fn unknown_wins_over_what_was_not_cancelled() {
    let simulator = Simulator::start();
    let device = simulator.device("applivery", 0);
    let ids = simulator.waiting(&device, 2);
    let gone = simulator.add(json!({"device": device, "state": "succeeded"}));
    simulator.control(
        "POST",
        "/faults",
        json!({
            "match": {"operation": "applivery.cancel", "command": ids[1]},
            "fault": {"kind": "lost_before"}
        }),
    );
    let ended = simulator
        .countermand(
            "applivery",
            &["cancel", &device, "--yes", "--verify-for", "1s"],
        )
        .args(["--output", "json", "--command", &ids[0], &ids[1], &gone[0]])
        .run()
        .exits(4);
    let rows = ended.rows();
    assert_eq!(
        outcomes(&rows),
        ["cancelled", "unknown", "already_finished"]
    );
}

#[test]
fn what_the_vendor_does_not_know_was_not_cancelled() {
    let simulator = Simulator::start();
    for (vendor, id) in [("applivery", "507f1f77bcf86cd799439011"), ("enos", "12")] {
        let device = simulator.device(vendor, 0);
        let ended = simulator
            .countermand(vendor, &["cancel", &device, "--command", id, "--yes"])
            .args(["--output", "json"])
            .run()
            .exits(3);
        assert_eq!(outcomes(&ended.rows()), ["not_found"]);
        simulator
            .countermand(vendor, &["cancel", &device, "--command", id, "--dry-run"])
            .run()
            .exits(1);
    }
}

#[test]
fn a_refused_key_fails_before_anything_is_sent_and_hides_no_target() {
    let simulator = Simulator::start();
    for vendor in VENDORS {
        let device = simulator.device(vendor, 0);
        let id = simulator.waiting(&device, 1).remove(0);
        let run = |what: &[&str]| {
            simulator
                .countermand(vendor, &["cancel", &device, "--yes", "--output", "json"])
                .args(what)
                .env("COUNTERMAND_TOKEN", "wr0ng-token")
                .env("COUNTERMAND_APP_SECRET", "wr0ng-secret")
                .run()
                .exits(1)
                .hides(&["wr0ng"])
        };
        let ended = run(&["--command", &id]);
        assert_eq!(outcomes(&ended.rows()), ["not_sent"]);
        let ended = run(&["--all-pending"]);
        assert_eq!(ended.stdout, "[]\n");
        assert!(ended.stderr.contains(&device), "{ended:?}");
        assert_eq!(simulator.truth(&id), "pending");
    }
}

#[test]
fn one_device_that_cannot_be_listed_does_not_keep_the_others_from_being_cancelled() {
    let simulator = Simulator::start();
    let (good, bad) = (simulator.device("applivery", 3), "applivery:nosuchdevice");
    let id = simulator.waiting(&good, 1).remove(0);
    let ended = simulator
        .countermand(
            "applivery",
            &["cancel", bad, &good, "--all-pending", "--yes"],
        )
        .args(["--output", "json"])
        .run()
        .exits(3)
        .says(bad);
    assert!(
        outcomes(&ended.rows())
            .iter()
            .all(|outcome| *outcome == "cancelled")
    );
    assert_eq!(simulator.truth(&id), "cancelled");
}

#[test]
fn an_id_named_twice_is_one_target() {
    let simulator = Simulator::start();
    let device = simulator.device("applivery", 0);
    let id = simulator.waiting(&device, 1).remove(0);
    let ended = simulator
        .countermand(
            "applivery",
            &["cancel", &device, &device, "--yes", "--output", "json"],
        )
        .args(["--command", &id, &id.to_uppercase()])
        .run()
        .exits(0);
    assert_eq!(outcomes(&ended.rows()), ["cancelled"]);
    assert_eq!(simulator.requests("applivery.cancel"), 1);
}
