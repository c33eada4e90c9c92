//! `list`, `show` and `devices` against the simulator.

use serde_json::json;

use crate::{
    countermand::countermand,
    simulator::{Simulator, VENDORS},
};

#[test]
fn list_prints_the_contracts_fields_in_their_order() {
    let simulator = Simulator::start();
    for vendor in VENDORS {
        let device = simulator.device(vendor, 0);
        let ended = simulator
            .countermand(vendor, &["list", &device, "--output", "json"])
            .run()
            .exits(0);
        let rows = ended.rows();
        assert!(!rows.is_empty());
        for row in &rows {
            let names: Vec<&String> = row.as_object().unwrap().keys().collect();
            assert_eq!(
                names,
                [
                    "provider",
                    "org",
                    "device",
                    "id",
                    "kind",
                    "name",
                    "state",
                    "vendor_state",
                    "created_at",
                    "expires_at"
                ]
            );
            assert_eq!(row["provider"], vendor);
            assert_eq!(row["org"], simulator.text(vendor, "org").as_str());
            assert_eq!(row["device"], device.as_str());
            assert!(row["created_at"].as_str().unwrap().ends_with('Z'));
        }
        assert!(rows.iter().any(|row| row["state"] == "pending"));
        assert_eq!(ended.stderr, "");
    }
}

#[test]
fn list_filters_by_state_and_takes_the_vendor_from_the_devices() {
    let simulator = Simulator::start();
    for vendor in VENDORS {
        let device = simulator.device(vendor, 0);
        let base_url = simulator.text(vendor, "base_url");
        let org = simulator.text(vendor, "org");
        let ended = countermand(["list", &device, "--state", "pending", "--output", "json"])
            .args(["--base-url", &base_url, "--org", &org])
            .env("COUNTERMAND_TOKEN", simulator.text("applivery", "token"))
            .env("COUNTERMAND_APP_KEY", simulator.text("enos", "app_key"))
            .env(
                "COUNTERMAND_APP_SECRET",
                simulator.text("enos", "app_secret"),
            )
            .run()
            .exits(0);
        let rows = ended.rows();
        assert!(!rows.is_empty() && rows.iter().all(|row| row["state"] == "pending"));
    }
}

#[test]
fn several_devices_come_in_the_order_of_the_arguments_and_a_failing_one_stops_none() {
    let simulator = Simulator::start();
    for vendor in VENDORS {
        let missing = match vendor {
            "applivery" => "applivery:nosuchdevice".to_owned(),
            _ => "enos:asset:nosuchdevice".to_owned(),
        };
        let (first, last) = (simulator.device(vendor, 2), simulator.device(vendor, 0));
        // The first answers last.
        let operation = if vendor == "applivery" {
            "applivery.list"
        } else {
            "enos.search"
        };
        let slow = json!({
            "match": {"operation": operation, "device": first},
            "fault": {"kind": "slow", "ms": 800}
        });
        simulator.control("POST", "/faults", slow);
        let arguments = ["list", &first, &missing, &last, &first, "--output", "json"];
        let ended = simulator
            .countermand(vendor, &arguments)
            .run()
            .exits(3)
            .says(&format!("countermand: {missing} could not be listed: "));
        let mut devices: Vec<String> = Vec::new();
        for row in ended.rows() {
            devices.push(row["device"].as_str().unwrap().to_owned());
        }
        devices.dedup();
        assert_eq!(devices, [first, last]);
    }
}

#[test]
fn show_prints_one_array_with_the_request_and_the_vendors_json_without_payload_secrets() {
    let simulator = Simulator::start();
    for vendor in VENDORS {
        let device = simulator.device(vendor, 0);
        let kind = if vendor == "applivery" {
            json!("RESET_PASSWORD")
        } else {
            json!(null)
        };
        let id = simulator.add(json!({"device": device, "hold": true, "kind": kind}));
        let ended = simulator
            .countermand(vendor, &["show", &device, &id[0], "--output", "json"])
            .run()
            .exits(0);
        let rows = ended.rows();
        assert_eq!(rows.len(), 1);
        assert_eq!(rows[0]["id"], id[0].as_str());
        assert!(rows[0]["raw"].is_object(), "{rows:?}");
        let names: Vec<&String> = rows[0].as_object().unwrap().keys().collect();
        assert!(names.ends_with(&[&"request".to_owned(), &"raw".to_owned()]));
        if vendor == "applivery" {
            assert_eq!(rows[0]["request"]["newPassword"], "[redacted]");
        }
        let human = simulator
            .countermand(vendor, &["show", &device, &id[0]])
            .run()
            .exits(0);
        assert!(human.stdout.contains(&id[0]) && human.stdout.contains("Raw"));
    }
}

#[test]
fn show_of_what_is_not_there_fails() {
    let simulator = Simulator::start();
    for (vendor, id) in [("applivery", "507f1f77bcf86cd799439011"), ("enos", "12")] {
        let device = simulator.device(vendor, 0);
        let ended = simulator
            .countermand(vendor, &["show", &device, id, "--output", "json"])
            .run()
            .exits(1)
            .says(id);
        assert_eq!(ended.stdout, "[]\n");
        simulator
            .countermand(vendor, &["show", &device, id])
            .run()
            .exits(1)
            .prints_nothing();
    }
}

#[test]
fn devices_are_found_by_what_is_shown_of_them() {
    let simulator = Simulator::start();
    for vendor in VENDORS {
        let all = simulator
            .countermand(vendor, &["devices", "--output", "json"])
            .run()
            .exits(0)
            .rows();
        assert_eq!(all.len(), 12);
        let name = all[3]["name"].as_str().unwrap();
        let found = simulator
            .countermand(
                vendor,
                &[
                    "devices",
                    "--output",
                    "json",
                    "--search",
                    &name.to_uppercase(),
                ],
            )
            .run()
            .exits(0)
            .rows();
        assert_eq!(found, [all[3].clone()]);
        let listed = all[3]["device"].as_str().unwrap();
        simulator
            .countermand(vendor, &["list", listed])
            .run()
            .exits(0);
        let none = simulator
            .countermand(
                vendor,
                &["devices", "--search", "nobody has this", "--output", "json"],
            )
            .run()
            .exits(0);
        assert_eq!(none.stdout, "[]\n");
    }
}

#[test]
fn a_wrong_key_and_an_unreachable_host_are_told_apart() {
    let simulator = Simulator::start();
    for vendor in VENDORS {
        let device = simulator.device(vendor, 0);
        let refused = simulator
            .countermand(vendor, &["list", &device, "--output", "json"])
            .env("COUNTERMAND_TOKEN", "wr0ng-token")
            .env("COUNTERMAND_APP_SECRET", "wr0ng-secret")
            .run()
            .exits(1)
            .says("key")
            .hides(&["wr0ng"]);
        assert_eq!(refused.rows().len(), 0);
        let org = simulator.text(vendor, "org");
        countermand([
            "list",
            &device,
            "--org",
            &org,
            "--base-url",
            "http://127.0.0.1:1",
        ])
        .env("COUNTERMAND_TOKEN", "t")
        .env("COUNTERMAND_APP_KEY", "k")
        .env("COUNTERMAND_APP_SECRET", "s")
        .run()
        .exits(1)
        .says("no connection could be made");
    }
}

#[test]
fn a_list_that_may_not_be_whole_is_said() {
    let simulator = Simulator::start();
    let device = simulator.device("applivery", 0);
    simulator.waiting(&device, 150);
    simulator.fault("applivery.list", json!({"kind": "page_repeated"}));
    simulator
        .countermand("applivery", &["list", &device, "--output", "json"])
        .run()
        .exits(3)
        .says("may be incomplete");
}
