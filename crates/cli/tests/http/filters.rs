//! Which commands are meant: by kind, time and text, and devices from a file.

use std::fs::{self, File};

use serde_json::{Value, json};

use crate::{
    countermand::text,
    saved_files::folder,
    simulator::{Simulator, VENDORS},
};

fn ids(rows: &[Value]) -> Vec<&str> {
    let mut ids: Vec<&str> = rows.iter().map(|row| row["id"].as_str().unwrap()).collect();
    ids.sort_unstable();
    ids
}

/// Three commands: one an hour old, one of now, and one of now that is of another kind.
fn three(simulator: &Simulator, device: &str) -> [String; 3] {
    let add = |kind: &str, age_s: u32| {
        let order =
            json!({"device": device, "kind": kind, "age_s": age_s, "ttl_s": 7200, "hold": true});
        simulator.add(order).remove(0)
    };
    [add("WIPE", 3600), add("WIPE", 0), add("REBOOT", 0)]
}

#[test]
fn a_list_shows_what_satisfies_every_part() {
    let simulator = Simulator::start();
    for vendor in VENDORS {
        let device = simulator.device(vendor, 3);
        let [old, new, other] = three(&simulator, &device);
        let listed = |filter: &[&str], status| {
            simulator
                .countermand(vendor, &["list", &device, "--state", "pending"])
                .args(["--output", "json"])
                .args(filter)
                .run()
                .exits(status)
                .rows()
        };
        let list = |filter: &[&str]| listed(filter, 0);
        // What waits and is not let through is no all-clear.
        let nothing = |filter: &[&str]| listed(filter, 3).is_empty();
        let all = list(&[]);
        let all = ids(&all);
        for id in [&old, &new, &other] {
            assert!(all.contains(&id.as_str()));
        }
        let by_id = list(&["--text", &new]);
        assert_eq!(ids(&by_id), [new.as_str()]);
        let before = list(&["--created-before", "30m", "--text", &old]);
        assert_eq!(ids(&before), [old.as_str()]);
        assert!(nothing(&["--created-after", "30m", "--text", &old]));
        assert!(nothing(&["--created-before", "30m", "--text", &new]));
        if vendor == "applivery" {
            let kinds = list(&["--kind", "wipe,re-boot", "--created-after", "30m"]);
            let kinds = ids(&kinds);
            assert!(kinds.contains(&new.as_str()) && kinds.contains(&other.as_str()));
            assert!(!kinds.contains(&old.as_str()));
        }
    }
}

#[test]
fn a_filtered_cancel_leaves_the_rest_alone_and_never_takes_the_one_call() {
    let simulator = Simulator::start();
    for vendor in VENDORS {
        let device = simulator.device(vendor, 3);
        let [old, new, other] = three(&simulator, &device);
        let ended = simulator
            .countermand(vendor, &["cancel", &device, "--all-pending", "--yes"])
            .args([
                "--created-before",
                "30m",
                "--text",
                &old,
                "--output",
                "json",
            ])
            .run()
            .exits(0);
        assert_eq!(ids(&ended.rows()), [old.as_str()]);
        assert_eq!(simulator.truth(&old), "cancelled");
        for kept in [&new, &other] {
            assert_eq!(simulator.truth(kept), "pending");
        }
        let nothing = simulator
            .countermand(vendor, &["cancel", &device, "--all-pending", "--yes"])
            .args(["--text", "nothing-like-it", "--output", "json"])
            .run()
            .exits(3)
            .says("none matches --text \"nothing-like-it\" (pending: ");
        assert_eq!(nothing.stdout, "[]\n");
    }
    assert_eq!(simulator.requests("enos.cancel_all"), 0);
}

#[test]
fn devices_from_a_file_and_from_standard_input_stand_beside_the_named_ones() {
    let simulator = Simulator::start();
    let folder = folder();
    for vendor in VENDORS {
        let devices: Vec<String> = (3..6).map(|at| simulator.device(vendor, at)).collect();
        let waiting: Vec<String> = devices
            .iter()
            .map(|device| simulator.waiting(device, 1).remove(0))
            .collect();
        let path = folder.path().join(vendor);
        let listed = format!("# spare\r\n\n {} # here\r\n{}\n", devices[1], devices[0]);
        fs::write(&path, listed).unwrap();
        let ended = simulator
            .countermand(vendor, &["list", &devices[0], "--devices-from"])
            .args([&*text(&path), "--state", "pending", "--output", "json"])
            .run()
            .exits(0);
        let rows = ended.rows();
        let listed = ids(&rows);
        assert!(listed.contains(&waiting[0].as_str()) && listed.contains(&waiting[1].as_str()));
        assert!(!listed.contains(&waiting[2].as_str()));
        let twice = rows.iter().filter(|row| row["id"] == waiting[0].as_str());
        assert_eq!(twice.count(), 1, "a device named twice is one");

        simulator
            .countermand(vendor, &["cancel", "--devices-from", "-", "--all-pending"])
            .arg("--yes")
            .stdin(File::open(&path).unwrap())
            .run()
            .exits(0);
        assert_eq!(simulator.truth(&waiting[0]), "cancelled");
        assert_eq!(simulator.truth(&waiting[1]), "cancelled");
        assert_eq!(simulator.truth(&waiting[2]), "pending");
    }
}

#[test]
fn a_line_that_is_no_device_is_named_and_nothing_is_asked() {
    let simulator = Simulator::start();
    let folder = folder();
    let path = folder.path().join("devices");
    fs::write(&path, "applivery:abc\napplivery:abc, applivery:def\n").unwrap();
    simulator
        .countermand("applivery", &["cancel", "--all-pending", "--yes"])
        .args(["--devices-from", &text(&path)])
        .run()
        .exits(2)
        .prints_nothing()
        .says("line 2");
    assert_eq!(simulator.requests("applivery.list"), 0);
}
