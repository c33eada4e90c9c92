//! What of a list is printed, and how: bare IDs, columns, order, limit, and again and again.

use std::{
    fs::File,
    io::{BufRead, BufReader},
};

use serde_json::{Value, json};

use crate::{
    countermand::{Countermand, countermand},
    simulator::{Simulator, VENDORS},
    stub_server::{Reply, StubServer, page},
};

const IDS: [&str; 3] = [
    "507f1f77bcf86cd799439011",
    "507f1f77bcf86cd799439012",
    "507f1f77bcf86cd799439013",
];

fn with_keys(server: &StubServer, arguments: &[&str]) -> Countermand {
    countermand(["--provider", "applivery", "--org", "org-one"])
        .args(["--base-url", &server.base_url()])
        .args(arguments)
        .env("COUNTERMAND_TOKEN", "t0ken-of-lists")
}

/// A command of this number on a device of this number.
fn item(device: &str, number: usize, kind: &str, at: Option<&str>) -> String {
    json!({
        "id": format!("{device:0>12}{number:0>12}"), "status": "PENDING", "createdAt": at,
        "config": {"name": "n", "metadata": {"type": kind}}
    })
    .to_string()
}

/// Devices `1`, `2`, ... with two commands each.
fn two_each() -> StubServer {
    StubServer::start(|asked| {
        let device = asked.target.split("devices/").nth(1).unwrap_or_default();
        let device = device.split('/').next().unwrap_or_default();
        let items = [item(device, 1, "LOCK", None), item(device, 2, "WIPE", None)];
        page(&items.join(","))
    })
}

/// One device whose commands have these kinds and times.
fn three() -> StubServer {
    let one = |id: usize, kind: &str, at: Value| {
        json!({"id": IDS[id], "status": "PENDING", "createdAt": at, "config": {"metadata": {"type": kind}}})
            .to_string()
    };
    let items = [
        one(0, "reboot", json!("2020-01-02T00:00:00.5Z")),
        one(1, "LOCK", json!("2020-01-02T00:00:00Z")),
        one(2, "WIPE", Value::Null),
    ];
    StubServer::start(move |_| page(&items.join(",")))
}

fn ids(stdout: &str) -> Vec<usize> {
    let place = |line: &str| IDS.iter().position(|id| line.contains(id));
    stdout.lines().filter_map(place).collect()
}

#[test]
fn ids_and_devices_one_a_line() {
    let simulator = Simulator::start();
    for vendor in VENDORS {
        let device = simulator.device(vendor, 0);
        let rows = simulator
            .countermand(vendor, &["list", &device, "-o", "json"])
            .run()
            .exits(0)
            .rows();
        let expected: Vec<&str> = rows.iter().map(|row| row["id"].as_str().unwrap()).collect();
        let bare = simulator
            .countermand(vendor, &["list", &device, "-o", "id"])
            .run()
            .exits(0);
        assert_eq!(bare.stdout.lines().collect::<Vec<_>>(), expected);
        let name = simulator
            .countermand(vendor, &["list", &device, "-o", "name"])
            .run()
            .exits(0);
        assert_eq!(name.stdout, format!("{device}\n"), "each device once");
        for form in ["id", "name"] {
            let devices = simulator
                .countermand(vendor, &["devices", "-o", form])
                .run()
                .exits(0);
            assert_eq!(devices.stdout.lines().count(), 12, "{form}");
            let prefix = format!("{vendor}:");
            assert!(devices.stdout.lines().all(|line| line.starts_with(&prefix)));
        }
    }
}

#[test]
fn names_feed_devices_from() {
    let simulator = Simulator::start();
    let folder = tempfile::tempdir().unwrap();
    for vendor in VENDORS {
        let devices = simulator
            .countermand(vendor, &["devices", "-o", "name"])
            .run()
            .exits(0);
        let path = folder.path().join(vendor);
        std::fs::write(&path, &devices.stdout).unwrap();
        let listed = simulator
            .countermand(vendor, &["list", "--devices-from", "-", "-o", "name"])
            .stdin(File::open(&path).unwrap())
            .run()
            .exits(0);
        assert!(listed.stdout.lines().count() > 1);
        for line in listed.stdout.lines() {
            assert!(devices.stdout.contains(line), "{line}");
        }
    }
}

#[test]
fn a_result_is_never_bare() {
    let server = three();
    for arguments in [
        &["cancel", "dev1", "--all-pending", "--yes", "-o", "id"][..],
        &["cancel", "dev1", "--all-pending", "--yes", "-o", "name"],
        &["resume", "x", "--yes", "-o", "id"],
        &["show", "dev1", IDS[0], "-o", "name"],
        &["list", "dev1", "-o", "id", "--columns", "id"],
        &["list", "dev1", "--columns", "id,created"],
        &["list", "dev1", "--columns", ""],
        &["list", "dev1", "--sort", "created"],
        &["list", "dev1", "--sort", "id:up"],
        &["list", "dev1", "--limit", "0"],
        &["list", "dev1", "--watch=0s"],
        &["list", "dev1", "--watch=", "-o", "table"],
        &["list", "dev1", "--watch", "-o", "json"],
        &["list", "dev1", "--watch", "-o", "id"],
        &["devices", "--columns", "id"],
        &["devices", "--sort", "created_at"],
    ] {
        with_keys(&server, arguments)
            .run()
            .exits(2)
            .prints_nothing();
    }
    with_keys(&server, &["list", "dev1", "--columns", "id,created"])
        .run()
        .says("unknown column \"created\"")
        .says("created_at");
    assert!(server.requests().is_empty());
}

#[test]
fn columns_in_every_form() {
    let server = three();
    let columns = ["list", "dev1", "--columns", "kind,id,vendor_state", "-o"];
    let table = with_keys(&server, &columns).arg("table").run().exits(0);
    let mut lines = table.stdout.lines();
    let titles: Vec<&str> = lines.next().unwrap().split_whitespace().collect();
    assert_eq!(titles, ["KIND", "ID", "VENDOR_STATE"]);
    let first: Vec<&str> = lines.next().unwrap().split_whitespace().collect();
    assert_eq!(first, ["reboot", IDS[0], "PENDING"]);
    let json = with_keys(&server, &columns).arg("json").run().exits(0);
    let rows = json.rows();
    let names: Vec<&String> = rows[0].as_object().unwrap().keys().collect();
    assert_eq!(names, ["kind", "id", "vendor_state"]);
    let csv = with_keys(&server, &columns).arg("csv").run().exits(0);
    assert!(
        csv.stdout.starts_with("kind,id,vendor_state\r\nreboot,"),
        "{csv:?}"
    );
    let ndjson = with_keys(&server, &columns).arg("ndjson").run().exits(0);
    let line = ndjson.stdout.lines().nth(1).unwrap();
    assert_eq!(
        line,
        format!(
            r#"{{"kind":"LOCK","id":"{}","vendor_state":"PENDING"}}"#,
            IDS[1]
        )
    );
    let times = ["list", "dev1", "--columns", "created_at"];
    let table = with_keys(&server, &times).run().exits(0);
    assert!(
        table.stdout.starts_with("CREATED\n2020-01-02 00:00Z\n"),
        "{table:?}"
    );
}

#[test]
fn sorted_by_any_field_and_what_is_absent_is_last() {
    let server = three();
    for (sort, expected) in [
        ("created_at", [1, 0, 2]),
        ("created_at:desc", [0, 1, 2]),
        ("kind", [1, 0, 2]),
        ("KIND:DESC", [2, 0, 1]),
        ("id:desc", [2, 1, 0]),
    ] {
        for form in ["table", "ndjson", "csv", "id"] {
            let ended = with_keys(&server, &["list", "dev1", "--sort", sort, "-o", form])
                .run()
                .exits(0);
            assert_eq!(ids(&ended.stdout), expected, "{sort} {form}");
        }
    }
    let ended = with_keys(&server, &["list", "dev1", "--sort", "kind:desc"])
        .args(["--limit", "1", "-o", "json"])
        .run()
        .exits(0)
        .says("Showing 1 of 3 commands (--limit 1)");
    assert_eq!(ended.rows()[0]["kind"], "WIPE");
}

#[test]
fn a_limit_ends_the_reading_and_says_what_is_left_out() {
    let server = two_each();
    let ended = with_keys(&server, &["list", "1", "2", "3", "-o", "json"])
        .args(["--limit", "3", "--concurrency", "1"])
        .run()
        .exits(0)
        .says("Showing 3 of 4 commands (--limit 3); 1 device was not read");
    assert_eq!(ended.rows().len(), 3);
    assert!(
        !server
            .requests()
            .iter()
            .any(|asked| asked.target.contains("devices/3/"))
    );
    let ended = with_keys(&server, &["list", "1", "-o", "json", "--limit", "2"])
        .run()
        .exits(0);
    assert_eq!(ended.stderr, "", "nothing was left out");
    assert_eq!(ended.rows().len(), 2);
}

#[test]
fn a_limit_of_devices_reads_no_further_page() {
    let server = StubServer::start(|asked| {
        let page = asked.target.split("page=").nth(1).unwrap_or_default();
        let page: String = page.chars().take_while(char::is_ascii_digit).collect();
        let items: Vec<String> = (0..100)
            .map(|at| format!(r#"{{"id":"dev{page}x{at}","name":"Tablet {at}"}}"#))
            .collect();
        let items = items.join(",");
        Reply::Json(
            200,
            format!(r#"{{"status":true,"data":{{"items":[{items}],"hasNextPage":true}}}}"#),
        )
    });
    let ended = with_keys(&server, &["devices", "--limit", "100", "-o", "name"])
        .run()
        .exits(0)
        .says("Showing the first 100 devices (--limit 100); there may be more");
    assert_eq!(ended.stdout.lines().count(), 100);
    assert!(server.requests().len() <= 2, "{:?}", server.requests());
    let simulator = Simulator::start();
    let ended = simulator
        .countermand("enos", &["devices", "--limit", "5", "--sort", "name:desc"])
        .args(["-o", "json"])
        .run()
        .exits(0)
        .says("Showing 5 of 12 devices (--limit 5)");
    let names: Vec<String> = ended
        .rows()
        .iter()
        .map(|row| row["name"].as_str().unwrap().to_lowercase())
        .collect();
    assert!(names.is_sorted_by(|a, b| a >= b), "{names:?}");
}

#[cfg(unix)]
#[test]
fn watch_appends_each_reading_with_its_time_until_a_signal() {
    for form in ["ndjson", "csv", "table"] {
        let server = three();
        let arguments = ["list", "dev1", "--watch=1s", "--limit", "2", "-o", form];
        let (mut child, _home) = with_keys(&server, &arguments).spawn();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut read = Vec::new();
        while ids(&read.join("\n")).len() < 4 {
            read.push(lines.next().unwrap().unwrap());
        }
        crate::countermand::signal(&child, "INT");
        assert_eq!(child.wait().unwrap().code(), Some(0), "{form}");
        let times = match form {
            "ndjson" => read
                .iter()
                .map(|line| serde_json::from_str::<Value>(line).unwrap())
                .map(|row| row["read_at"].as_str().unwrap().to_owned())
                .collect::<Vec<_>>(),
            "csv" => {
                assert_eq!(read[0].split(',').next(), Some("read_at"));
                assert!(!read[1..].iter().any(|line| line.contains("read_at")));
                read[1..].iter().map(|line| line[..20].to_owned()).collect()
            }
            _ => read
                .iter()
                .filter(|line| line.len() == 20 && line.ends_with('Z'))
                .cloned()
                .collect(),
        };
        assert!(times.iter().all(|at| at.starts_with("20")), "{times:?}");
        assert_ne!(times.first(), times.last(), "{form}: {times:?}");
    }
}

#[cfg(unix)]
#[test]
fn watch_ends_with_the_status_of_the_last_reading() {
    let server = StubServer::start(|asked| match asked.target.contains("dev2") {
        true => Reply::Json(404, r#"{"status":false,"error":{"code":4004}}"#.to_owned()),
        false => page(&item("d", 1, "LOCK", None)),
    });
    let arguments = ["list", "dev1", "dev2", "--watch=1h", "-o", "ndjson"];
    let (mut child, _home) = with_keys(&server, &arguments).spawn();
    let mut stderr = BufReader::new(child.stderr.take().unwrap()).lines();
    assert!(stderr.next().unwrap().unwrap().contains("dev2"));
    crate::countermand::signal(&child, "INT");
    assert_eq!(child.wait().unwrap().code(), Some(3));
}
