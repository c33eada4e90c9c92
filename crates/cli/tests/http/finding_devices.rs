//! Devices that are not named by their text forms: all of them, by a search, by name or serial number.

use serde_json::{Value, json};

use crate::{
    countermand::{Countermand, countermand},
    simulator::{Simulator, VENDORS},
    stub_server::{Reply, StubServer, page},
};

const ID: &str = "507f1f77bcf86cd799439011";

fn with_keys(server: &StubServer, arguments: &[&str]) -> Countermand {
    countermand(["--provider", "applivery", "--org", "org-one"])
        .args(["--base-url", &server.base_url()])
        .args(arguments)
        .env("COUNTERMAND_TOKEN", "t0ken-of-finding")
}

/// An organization with these devices, on each of which one command waits. With `fails`, a second page of devices
/// fails.
fn organization(devices: &[(&str, &str, &str)], fails: bool) -> StubServer {
    let items: Vec<Value> = devices
        .iter()
        .map(|(id, name, serial)| json!({"id": id, "name": name, "serialNumber": serial}))
        .collect();
    let items = Value::Array(items).to_string();
    StubServer::start(move |asked| {
        if asked.target.contains("/commands") {
            let item =
                json!({"id": ID, "status": "PENDING", "config": {"metadata": {"type": "LOCK"}}});
            return page(&item.to_string());
        }
        if asked.target.contains("page=2") || !asked.target.contains("/android/") {
            return Reply::Json(403, r#"{"status":false,"error":{"code":4003}}"#.to_owned());
        }
        let body = format!(r#"{{"status":true,"data":{{"items":{items},"hasNextPage":{fails}}}}}"#);
        Reply::Json(200, body)
    })
}

const FLEET: [(&str, &str, &str); 4] = [
    ("a1", "Tablet 7", "R58A"),
    ("b2", "Tablet 7", "R58B"),
    ("c3", "Tablet 77", "R58C"),
    ("d4", "Kiosk", "R58"),
];

#[test]
fn all_devices_are_listed_and_cancelled() {
    let simulator = Simulator::start();
    for vendor in VENDORS {
        let names = simulator
            .countermand(vendor, &["devices", "-o", "name"])
            .run()
            .exits(0)
            .stdout;
        let listed = simulator
            .countermand(vendor, &["list", "--all-devices", "-o", "name"])
            .run()
            .exits(0)
            .stdout;
        assert!(listed.lines().count() > 1, "{listed}");
        assert!(
            listed
                .lines()
                .all(|one| names.lines().any(|name| name == one))
        );
        let pending = ["list", "--all-devices", "--state", "pending", "-o", "json"];
        let waiting = simulator
            .countermand(vendor, &pending)
            .run()
            .exits(0)
            .rows();
        assert!(!waiting.is_empty());
        let dry = [
            "cancel",
            "--all-devices",
            "--all-pending",
            "--dry-run",
            "-o",
            "json",
        ];
        let planned = simulator.countermand(vendor, &dry).run().exits(0).rows();
        assert_eq!(planned.len(), waiting.len());
        let cancel = [
            "cancel",
            "--all-devices",
            "--all-pending",
            "--yes",
            "-o",
            "json",
        ];
        let rows = simulator.countermand(vendor, &cancel).run().exits(0).rows();
        assert_eq!(rows.len(), waiting.len());
        assert!(
            rows.iter().all(|row| row["outcome"] == "cancelled"),
            "{rows:?}"
        );
        let left = simulator
            .countermand(vendor, &pending)
            .run()
            .exits(0)
            .rows();
        assert_eq!(left, Vec::<Value>::new());
    }
}

#[test]
fn what_contradicts_itself_or_is_blank_is_refused_before_anything_is_sent() {
    let server = organization(&FLEET, false);
    for (arguments, named) in [
        (&["list", "--all-devices", "a1"][..], "--all-devices"),
        (
            &["list", "--all-devices", "--devices-from", "-"],
            "--all-devices",
        ),
        (&["list", "--all-devices", "--search", "x"], "--all-devices"),
        (&["list", "--search", "x", "a1"], "--search"),
        (&["list", "--search", " "], "--search"),
        (&["list", "--search="], "--search"),
        (&["list", "name:"], "name"),
        (&["list", "a1", "serial: "], "serial"),
        (&["list", "tablet:7"], "name:TEXT"),
        (&["cancel", "--all-devices", "--yes"], "--all-pending"),
        (
            &["cancel", "--all-devices", "--kind", "LOCK", "--yes"],
            "--all-pending",
        ),
        (
            &["cancel", "--all-devices", "--command", ID, "--yes"],
            "--all-devices",
        ),
        (
            &["cancel", "--search", "x", "--command", ID, "--yes"],
            "--search",
        ),
        (
            &["cancel", "name:Kiosk", "--command", "x", "--yes"],
            "emmCommandId",
        ),
        (
            &["cancel", "--all-devices", "--plan", "x", "--yes"],
            "--plan",
        ),
        (&["cancel", "--all-devices", "--all-pending"], "--yes"),
    ] {
        with_keys(&server, arguments)
            .run()
            .exits(2)
            .prints_nothing()
            .says(named);
    }
    countermand(["list", "--all-devices", "--org", "org-one"])
        .run()
        .exits(2)
        .says("--provider");
    assert!(server.requests().is_empty(), "{:?}", server.requests());
}

#[test]
fn an_organization_without_devices_is_said_and_nothing_is_sent() {
    let server = organization(&[], false);
    let listed = with_keys(&server, &["list", "--all-devices", "-o", "json"])
        .run()
        .exits(0)
        .says("org-one has no devices");
    assert_eq!(listed.stdout, "[]\n");
    let folder = tempfile::tempdir().unwrap();
    let journal = folder.path().join("journal");
    let cancel = [
        "cancel",
        "--all-devices",
        "--all-pending",
        "--yes",
        "-o",
        "json",
    ];
    let cancelled = with_keys(&server, &cancel)
        .arg("--journal")
        .arg(&journal)
        .run()
        .exits(0)
        .says("org-one has no devices")
        .says("nothing was sent");
    assert_eq!(cancelled.stdout, "[]\n");
    assert!(!journal.exists());
}

#[test]
fn a_list_of_devices_that_is_not_whole_is_three_and_chooses_none() {
    let server = organization(&FLEET, true);
    let listed = with_keys(&server, &["list", "--all-devices", "-o", "json"])
        .run()
        .exits(3)
        .says("device list is incomplete");
    assert_eq!(listed.rows().len(), 1, "one command on four devices");
    for yes in ["--yes", "--dry-run"] {
        let arguments = ["cancel", "--all-devices", "--all-pending", yes];
        with_keys(&server, &arguments)
            .args(["--verify-for", "0s"])
            .run()
            .exits(3)
            .says("device list is incomplete");
    }
    let sent = |server: &StubServer| {
        server
            .requests()
            .iter()
            .filter(|one| one.method != "GET")
            .count()
    };
    let before = sent(&server);
    let arguments = ["cancel", "name:Kiosk", "--all-pending", "--yes"];
    with_keys(&server, &arguments)
        .run()
        .exits(1)
        .prints_nothing()
        .says("device list is incomplete");
    assert_eq!(sent(&server), before);
    let nothing = StubServer::start(|_| {
        Reply::Json(403, r#"{"status":false,"error":{"code":4003}}"#.to_owned())
    });
    with_keys(
        &nothing,
        &["cancel", "--all-devices", "--all-pending", "--yes"],
    )
    .run()
    .exits(1)
    .prints_nothing()
    .says("Cannot list the devices");
}

#[test]
fn one_device_by_name_or_serial_number() {
    let server = organization(&FLEET, false);
    for (device, expected) in [
        ("name:kiosk", "applivery:d4\n"),
        ("name: Tablet 77 ", "applivery:c3\n"),
        ("serial:r58", "applivery:d4\n"),
        ("serial:R58B", "applivery:b2\n"),
        ("b2", "applivery:b2\n"),
    ] {
        let ended = with_keys(&server, &["list", device, "-o", "name"])
            .run()
            .exits(0);
        assert_eq!(ended.stdout, expected, "{device}");
    }
    // Each finds the same command: it is a command of one device only.
    let ended = with_keys(&server, &["cancel", "serial:R58A", "name:kiosk", "c3"])
        .args(["--all-pending", "--dry-run", "-o", "json"])
        .run()
        .exits(0);
    assert_eq!(ended.rows()[0]["device"], "applivery:a1");
    for (device, says) in [
        (
            "name:Tablet 7",
            &["2 devices are named", "applivery:a1", "applivery:b2"][..],
        ),
        (
            "name:Tablet",
            &["No device is named \"Tablet\"", "applivery:c3"],
        ),
        (
            "serial:R5",
            &["No device has serial number", "applivery:d4"],
        ),
        ("name:Robot", &["No device of org-one is named \"Robot\""]),
    ] {
        for arguments in [
            &["list", device][..],
            &["cancel", device, "--all-pending", "--yes"],
            &["cancel", device, "--command", ID, "--yes"],
            &["show", device, ID],
        ] {
            let mut ended = with_keys(&server, arguments)
                .run()
                .exits(2)
                .prints_nothing();
            for words in says {
                ended = ended.says(words);
            }
        }
    }
    assert!(server.requests().iter().all(|one| one.method == "GET"));
}

#[test]
fn devices_by_serial_number_at_both_providers() {
    let simulator = Simulator::start();
    for vendor in VENDORS {
        let rows = simulator
            .countermand(vendor, &["devices", "-o", "json"])
            .run()
            .exits(0)
            .rows();
        let device = rows[3]["device"].as_str().unwrap();
        let serial = match vendor {
            "applivery" => rows[3]["details"]["serial number"].as_str().unwrap(),
            _ => device.rsplit('/').next().unwrap(),
        };
        let of = |text: &str| {
            let ended = simulator
                .countermand(vendor, &["list", text, "-o", "json"])
                .run()
                .exits(0);
            ended.rows()
        };
        assert_eq!(of(&format!("serial:{serial}")), of(device));
        assert!(!of(device).is_empty());
    }
}

#[test]
fn a_search_takes_every_device_that_it_matches_and_none_is_refused() {
    let server = organization(&FLEET, false);
    let asked = |search: &str| {
        let ended = with_keys(&server, &["list", "--search", search, "-o", "ndjson"])
            .run()
            .exits(0);
        let lists = |one: &&crate::stub_server::ReceivedRequest| one.target.contains("/commands");
        (ended, server.requests().iter().filter(lists).count())
    };
    let (_, first) = asked("tablet");
    assert_eq!(first, 3);
    let (_, both) = asked("R58");
    assert_eq!(both - first, 4);
    with_keys(
        &server,
        &["cancel", "--search", "robot", "--all-pending", "--yes"],
    )
    .run()
    .exits(2)
    .prints_nothing()
    .says("No device of org-one matches --search \"robot\"");
}
