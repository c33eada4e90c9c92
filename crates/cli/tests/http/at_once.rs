//! Everything that waits, without a question: each device is listed beside the others' cancels.

#![cfg(unix)]

use serde_json::json;

use crate::{
    countermand::text,
    saved_files::folder,
    simulator::{Simulator, VENDORS},
};

/// Devices with commands that wait, and their ids.
fn fleet(simulator: &Simulator, vendor: &str) -> (Vec<String>, Vec<String>) {
    let devices: Vec<String> = (3..9).map(|at| simulator.device(vendor, at)).collect();
    let ids = devices
        .iter()
        .flat_map(|device| simulator.waiting(device, 2));
    let ids = ids.collect();
    (devices, ids)
}

fn list(vendor: &str) -> &'static str {
    match vendor {
        "applivery" => "applivery.list",
        _ => "enos.search",
    }
}

#[test]
fn killed_while_it_lists_it_is_resumed_and_goes_on_listing() {
    for vendor in VENDORS {
        let simulator = Simulator::start();
        let (devices, ids) = fleet(&simulator, vendor);
        // The first of all: the others do not wait for it.
        let hangs = &devices[0];
        let slow = json!({
            "match": {"operation": list(vendor), "device": hangs},
            "fault": {"kind": "slow", "ms": 60_000},
        });
        simulator.control("POST", "/faults", slow);
        let folder = folder();
        let journal = folder.path().join("journal");
        let (mut child, _home) = simulator
            .countermand(vendor, &["cancel", "--all-pending", "--yes"])
            .args(&devices)
            .args(["--journal", &text(&journal)])
            .spawn();
        // What could be listed is cancelled, whatever the first device does.
        let rest = &ids[2..];
        while rest.iter().any(|id| simulator.truth(id) != "cancelled") {
            std::thread::yield_now();
        }
        child.kill().unwrap();
        child.wait().unwrap();
        simulator.control("DELETE", "/faults", json!(null));
        let verify = crate::countermand::countermand(["verify", &text(&journal)]);
        verify.run().exits(3).says_out("1 device");
        let ended = simulator
            .countermand(vendor, &["resume", "--yes", "--output", "json"])
            .arg(&journal)
            .run()
            .exits(0)
            .says("1 device still to be listed");
        let rows = ended.rows();
        for id in &ids {
            let of_it = rows.iter().filter(|row| row["id"] == id.as_str());
            let outcomes: Vec<_> = of_it.map(|row| row["outcome"].clone()).collect();
            assert_eq!(outcomes, ["cancelled"], "{vendor} {id}");
        }
        let verify = crate::countermand::countermand(["verify", &text(&journal)]);
        verify.run().exits(0);
    }
}

#[test]
fn where_nothing_waits_or_the_key_is_refused_no_journal_is_left() {
    for vendor in VENDORS {
        let simulator = Simulator::start();
        let (devices, _) = fleet(&simulator, vendor);
        let folder = folder();
        let journal = folder.path().join("journal");
        let cancel = || {
            simulator
                .countermand(vendor, &["cancel", "--all-pending", "--yes"])
                .args(&devices)
                .args(["--journal", &text(&journal)])
        };
        let wrong = match vendor {
            "applivery" => "COUNTERMAND_TOKEN",
            _ => "COUNTERMAND_APP_SECRET",
        };
        let refused = cancel().env(wrong, "not-the-key").run().exits(1);
        let told = refused
            .stderr
            .lines()
            .filter(|line| line.contains(&devices[0]));
        assert_eq!(told.count(), 1, "{}", refused.stderr);
        refused.says("5 more devices were not tried");
        assert!(!journal.exists());
        cancel().run().exits(0);
        std::fs::remove_file(&journal).unwrap();
        cancel().run().exits(0).says("Nothing is pending");
        assert!(!journal.exists());
    }
}
