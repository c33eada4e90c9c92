//! What narrows a cancel never widens it, and what it leaves out is no all-clear.

use serde_json::json;

use crate::{
    countermand::{Countermand, countermand},
    simulator::{Simulator, VENDORS},
    stub_server::{Reply, StubServer, page},
};

/// Ids of commands that wait.
const IDS: [&str; 3] = [
    "507f1f77bcf86cd799439011",
    "507f1f77bcf86cd799439012",
    "507f1f77bcf86cd799439013",
];

fn item(id: &str, kind: &str, created: Option<&str>) -> String {
    let mut item = json!({"id": id, "status": "PENDING", "config": {"metadata": {"type": kind}}});
    if let Some(created) = created {
        item["createdAt"] = created.into();
    }
    item.to_string()
}

/// A vendor where these wait, on every device.
fn waiting(items: Vec<String>) -> StubServer {
    StubServer::start(move |asked| {
        let one = items.iter().find(|item| {
            IDS.iter()
                .any(|id| item.contains(id) && asked.target.contains(id))
        });
        match one {
            Some(item) => Reply::Json(200, format!(r#"{{"status":true,"data":{item}}}"#)),
            None => page(&items.join(",")),
        }
    })
}

fn with_keys(server: &StubServer, arguments: &[&str]) -> Countermand {
    countermand(arguments)
        .env("COUNTERMAND_PROVIDER", "applivery")
        .env("COUNTERMAND_BASE_URL", server.base_url())
        .env("COUNTERMAND_ORG", "org-one")
        .env("COUNTERMAND_TOKEN", "t0ken-of-narrowing")
}

fn three_wipes() -> StubServer {
    let day = Some("2026-02-10T12:00:00Z");
    waiting(IDS.iter().map(|id| item(id, "WIPE", day)).collect())
}

#[test]
fn what_is_blank_is_refused_by_name_and_nothing_is_asked() {
    let server = three_wipes();
    for blank in [
        "",
        " ",
        "\t",
        "\u{a0}",
        "\u{200b}",
        "\u{feff}\u{2060}",
        "\u{3164}",
    ] {
        for option in ["--text", "--kind", "--created-before", "--created-after"] {
            let ended = with_keys(
                &server,
                &["cancel", "dev1", "--all-pending", "--yes", option],
            )
            .arg(blank)
            .run()
            .exits(2)
            .prints_nothing()
            .says(option);
            assert!(ended.stderr.contains("must "), "{ended:?}");
            with_keys(&server, &["list", "dev1", option, blank])
                .run()
                .exits(2);
        }
        with_keys(&server, &["cancel", "dev1", "--yes", "--command", blank])
            .run()
            .exits(2)
            .says("--command");
        with_keys(&server, &["devices", "--search", blank])
            .run()
            .exits(2)
            .says("--search");
    }
    for kinds in ["LOCK,", ",LOCK", "LOCK,,WIPE", "LOCK, "] {
        with_keys(
            &server,
            &["cancel", "dev1", "--all-pending", "--yes", "--kind", kinds],
        )
        .run()
        .exits(2)
        .says(kinds);
    }
    assert!(server.requests().is_empty(), "{:?}", server.requests());
}

#[test]
fn a_filter_that_lets_nothing_through_says_what_waits() {
    for filter in [
        &["--kind", "WYPE"][..],
        &["--kind", "LOCK,REBOOT"],
        &["--text", "set"],
        &["--text", "applivery"],
        &["--created-before", "2026-02-10T11:00:00Z"],
    ] {
        let server = three_wipes();
        for how in [&["--yes"][..], &["--dry-run"], &["--plan-out", "p"]] {
            let folder = tempfile::tempdir().unwrap();
            let mut how: Vec<String> = how.iter().map(|one| (*one).to_owned()).collect();
            if how.len() == 2 {
                how[1] = folder.path().join("p").display().to_string();
            }
            let ended = with_keys(&server, &["cancel", "dev1", "--all-pending"])
                .args(filter)
                .args(&how)
                .args(["--output", "json"])
                .run()
                .exits(3)
                .says("3 commands are pending; none matches ")
                .says("(pending: 3 WIPE)");
            assert!(ended.rows().is_empty());
            assert!(!ended.stderr.contains("Nothing is pending"), "{ended:?}");
        }
        with_keys(&server, &["list", "dev1"])
            .args(filter)
            .run()
            .exits(3)
            .says("3 commands are pending; none matches ");
        assert!(server.requests().iter().all(|asked| asked.method == "GET"));
    }
    let server = three_wipes();
    with_keys(
        &server,
        &["cancel", "dev1", "--all-pending", "--yes", "--kind", "WYPE"],
    )
    .run()
    .exits(3)
    .says("3 commands are pending; none matches --kind WYPE (pending: 3 WIPE)");
    let server = waiting(Vec::new());
    with_keys(
        &server,
        &["cancel", "dev1", "--all-pending", "--yes", "--kind", "WYPE"],
    )
    .run()
    .exits(0)
    .says("Nothing is pending");
}

#[test]
fn commas_part_kinds_and_what_has_no_time_is_counted() {
    let server = waiting(vec![
        item(IDS[0], "WIPE", Some("2026-02-10T12:00:00Z")),
        item(IDS[1], "LOCK", None),
        item(IDS[2], "REBOOT", None),
    ]);
    let dry = |filter: &[&str], status| {
        with_keys(&server, &["cancel", "dev1", "--all-pending", "--dry-run"])
            .args(filter)
            .args(["--output", "json"])
            .run()
            .exits(status)
    };
    let two = dry(&["--kind", "LOCK,wipe"], 0)
        .says("Dry run: would send 2 cancels (1 LOCK, 1 WIPE); nothing was sent.");
    assert_eq!(two.rows().len(), 2);
    assert_eq!(
        dry(&["--kind", "LOCK", "--kind", "wipe"], 0).rows().len(),
        2
    );
    let before = dry(&["--created-before", "2h"], 3)
        .says("2 pending commands left out, because their creation time is unknown");
    assert_eq!(before.rows().len(), 1);
    dry(&["--created-before", "2h", "--kind", "LOCK"], 3)
        .says("3 commands are pending; none matches --kind LOCK and --created-before ")
        .says("1 pending command left out");
}

/// A command whose word for its state nobody knows.
fn unclear(id: &str, kind: &str) -> String {
    item(id, kind, Some("2026-02-10T12:00:00Z")).replace("PENDING", "QUEUED")
}

#[test]
fn what_may_wait_and_a_filter_leaves_out_is_no_all_clear() {
    let filters = [
        &["--kind", "LOCK"][..],
        &["--text", "nothing-like-it"],
        &["--created-before", "2026-02-10T11:00:00Z"],
        &["--created-after", "2026-02-10T13:00:00Z"],
    ];
    for word in ["QUEUED", "NOT_NOW", "TRIED", ""] {
        let server = waiting(vec![unclear(IDS[0], "WIPE").replace("QUEUED", word)]);
        for filter in filters {
            for how in [
                &["cancel", "dev1", "--all-pending", "--yes"][..],
                &["cancel", "dev1", "--all-pending", "--dry-run"],
                &["list", "dev1"],
                &["list", "dev1", "--state", "pending"],
            ] {
                let ended = with_keys(&server, how)
                    .args(filter)
                    .args(["--output", "json"])
                    .run()
                    .exits(3)
                    .says("1 command may be pending; none matches ")
                    .says("(unclear: 1 WIPE)");
                assert!(ended.rows().is_empty());
                assert!(!ended.stderr.contains("Nothing is "), "{ended:?}");
            }
        }
        assert!(server.requests().iter().all(|asked| asked.method == "GET"));
    }
    let both = waiting(vec![
        item(IDS[0], "WIPE", None),
        unclear(IDS[1], "WIPE"),
        unclear(IDS[2], "REBOOT"),
    ]);
    with_keys(&both, &["cancel", "dev1", "--all-pending", "--yes"])
        .args(["--kind", "LOCK"])
        .run()
        .exits(3)
        .says("1 command is pending, and 2 more may be pending; none matches --kind LOCK")
        .says("(pending: 1 WIPE; unclear: 1 REBOOT, 1 WIPE)");
    // What may wait and is meant is said by itself.
    with_keys(&both, &["cancel", "dev1", "--all-pending", "--yes"])
        .args(["--kind", "REBOOT"])
        .run()
        .exits(3)
        .says("1 command left out")
        .says("1 command is pending; none matches --kind REBOOT (pending: 1 WIPE)");
}

#[test]
fn what_may_wait_beside_what_a_filter_lets_through_is_not_asked_for() {
    let server = waiting(vec![
        item(IDS[0], "LOCK", None),
        unclear(IDS[1], "WIPE"),
        item(IDS[2], "REBOOT", None),
    ]);
    let dry = |filter: &str| {
        with_keys(&server, &["cancel", "dev1", "--all-pending", "--dry-run"])
            .args(["--kind", filter, "--output", "json"])
            .run()
    };
    assert_eq!(dry("LOCK").exits(0).rows().len(), 1);
    // Of this kind, and of no known state: left out, said, and no success.
    let ended = dry("LOCK,WIPE").exits(3).says("1 command left out");
    assert_eq!(ended.rows().len(), 1);
}

#[test]
fn what_is_of_no_known_kind_may_be_of_any() {
    let server = waiting(vec![
        item(IDS[0], "LOCK", None),
        format!(r#"{{"id":"{}","status":"PENDING"}}"#, IDS[1]),
    ]);
    for how in [
        &["cancel", "dev1", "--all-pending", "--dry-run"][..],
        &["list", "dev1"],
    ] {
        with_keys(&server, how)
            .args(["--kind", "LOCK"])
            .run()
            .exits(3)
            .says("1 pending command left out, because its kind is unknown");
        with_keys(&server, how)
            .args(["--kind", "LOCK,unknown"])
            .run()
            .exits(0);
    }
}

/// A vendor that has nothing waiting on one device, and refuses the list of the other.
fn one_refused(items: &'static str) -> StubServer {
    StubServer::start(move |asked| match asked.target.contains("dev2") {
        true => Reply::Json(
            403,
            r#"{"status":false,"error":{"code":4003,"message":"not yours"}}"#.to_owned(),
        ),
        false => page(items),
    })
}

#[test]
fn a_device_that_could_not_be_listed_is_three_where_another_answered() {
    let server = one_refused("");
    for devices in [&["dev1", "dev2"][..], &["dev2", "dev1"]] {
        for how in [
            &["cancel", "--all-pending", "--yes"][..],
            &["cancel", "--all-pending", "--dry-run"],
            &["cancel", "--all-pending", "--yes", "--kind", "LOCK"],
            &["list"],
        ] {
            let ended = with_keys(&server, how)
                .args(devices)
                .args(["--output", "json"])
                .run()
                .exits(3)
                .says("applivery:dev2 could not be listed");
            assert!(ended.rows().is_empty());
            assert!(!ended.stderr.contains("Nothing is pending"), "{ended:?}");
        }
    }
    for how in [&["cancel", "--all-pending", "--yes"][..], &["list"]] {
        with_keys(&server, how).args(["dev2"]).run().exits(1);
    }
}

#[test]
fn an_option_that_narrows_never_swallows_a_device() {
    let simulator = Simulator::start();
    for vendor in VENDORS {
        let (first, second) = (simulator.device(vendor, 3), simulator.device(vendor, 4));
        let waits = simulator.waiting(&second, 1).remove(0);
        for option in ["--kind", "--text"] {
            simulator
                .countermand(vendor, &["cancel", "--all-pending", "--dry-run", &first])
                .args([option, "nothing-like-it", &second])
                .run()
                .exits(3)
                .says("pending");
        }
        assert_eq!(simulator.truth(&waits), "pending");
    }
}

#[test]
fn one_device_under_two_names_is_one() {
    let simulator = Simulator::start();
    for vendor in VENDORS {
        let (device, other_name) = two_names(&simulator, vendor);
        let ids = simulator.waiting(&device, 3);
        let listed = simulator
            .countermand(
                vendor,
                &["list", &device, &other_name, "--state", "pending"],
            )
            .args(["--output", "json"])
            .run()
            .exits(0)
            .rows();
        for id in &ids {
            let rows = listed.iter().filter(|row| row["id"] == id.as_str());
            assert_eq!(rows.count(), 1, "{vendor}");
        }
        let before = simulator.requests(&format!("{vendor}.cancel"));
        for filter in [&["--text", &ids[0]][..], &[]] {
            let ended = simulator
                .countermand(
                    vendor,
                    &["cancel", &device, &other_name, "--all-pending", "--yes"],
                )
                .args(filter)
                .args(["--output", "json"])
                .run()
                .exits(0);
            let mut seen: Vec<String> = ended
                .rows()
                .iter()
                .map(|row| row["id"].to_string())
                .collect();
            let rows = seen.len();
            seen.sort();
            seen.dedup();
            assert_eq!(seen.len(), rows, "{vendor}: each once");
        }
        for id in &ids {
            assert_eq!(simulator.truth(id), "cancelled");
        }
        if vendor == "applivery" {
            assert!(simulator.requests("applivery.cancel") <= before + listed.len() as u64);
        } else {
            assert_eq!(
                simulator.requests("enos.cancel_all"),
                1,
                "one call for both names"
            );
        }
    }
}

/// A device, and another name of the same one.
fn two_names(simulator: &Simulator, vendor: &str) -> (String, String) {
    let device = simulator.device(vendor, 3);
    let devices = simulator
        .countermand(vendor, &["devices", "--output", "json"])
        .run()
        .exits(0)
        .rows();
    let details = |row: &serde_json::Value| {
        let details = row["details"].as_object().cloned().unwrap_or_default();
        details
            .into_iter()
            .filter_map(|(label, value)| Some((label, value.as_str()?.to_owned())))
            .collect::<Vec<_>>()
    };
    for row in &devices {
        let name = row["device"].as_str().unwrap().to_owned();
        for (label, value) in details(row) {
            let other = match label.to_lowercase().as_str() {
                "serial number" | "serial" => format!("applivery:{value}"),
                "asset" | "asset id" => format!("enos:asset:{value}"),
                _ => continue,
            };
            if name == device || other == device {
                return (name, other);
            }
        }
    }
    panic!("{device} has no other name in {devices:#?}")
}
