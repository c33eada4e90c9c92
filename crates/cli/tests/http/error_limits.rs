//! `--max-errors` and `--fail-fast`: a run ends after some failures, and what is left is not sent.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::{
    countermand::{Countermand, countermand},
    stub_server::{Reply, StubServer, page},
};

fn with_keys(server: &StubServer, arguments: &[&str]) -> Countermand {
    countermand(["--provider", "applivery", "--org", "org-one"])
        .args(["--base-url", &server.base_url()])
        .args(arguments)
        .args(["--concurrency", "1", "--verify-for", "0s"])
        .env("COUNTERMAND_TOKEN", "t0ken-of-limits")
}

fn id(number: &str) -> String {
    format!("507f1f77bcf86cd7994390{number:0>2}")
}

/// One command waits on each device. The provider refuses each cancel, and each list of a device whose number begins
/// with 99.
fn refusing() -> StubServer {
    StubServer::start(|asked| {
        let device = asked.target.split("devices/dev").nth(1).unwrap_or("0");
        let number: String = device.chars().take_while(char::is_ascii_digit).collect();
        let refused = r#"{"status":false,"error":{"code":4000,"message":"no"}}"#;
        if asked.method == "POST" || number.starts_with("99") {
            return Reply::Json(400, refused.to_owned());
        }
        let id = id(&number);
        let item = format!(
            r#"{{"id":"{id}","status":"PENDING","config":{{"metadata":{{"type":"LOCK"}}}}}}"#
        );
        match asked.target.contains(&id) {
            true => Reply::Json(200, format!(r#"{{"status":true,"data":{item}}}"#)),
            false => page(&item),
        }
    })
}

fn outcomes(rows: &[Value]) -> BTreeMap<&str, usize> {
    let mut outcomes = BTreeMap::new();
    for row in rows {
        *outcomes
            .entry(row["outcome"].as_str().unwrap())
            .or_default() += 1;
    }
    outcomes
}

fn posts(server: &StubServer) -> usize {
    let posts = |one: &&crate::stub_server::ReceivedRequest| one.method == "POST";
    server.requests().iter().filter(posts).count()
}

#[test]
fn a_run_stops_after_so_many_failed_cancels() {
    for (option, most) in [(&["--max-errors", "2"][..], 2), (&["--fail-fast"], 1)] {
        let server = refusing();
        let devices = (1..=20).map(|number| format!("dev{number}"));
        let ended = with_keys(&server, &["cancel", "--all-pending", "--yes", "-o", "json"])
            .args(devices)
            .args(option)
            .run()
            .exits(3)
            .says("Stopped after")
            .says("the rest was not sent");
        let rows = ended.rows();
        assert_eq!(rows.len(), 20, "a row for each target");
        // A refused cancel counts once it was read again. The next one may be on its way by then.
        let sent = posts(&server);
        assert!((most..=most + 2).contains(&sent), "{sent}");
        let expected = BTreeMap::from([("not_sent", 20 - sent), ("rejected", sent)]);
        assert_eq!(outcomes(&rows), expected);
    }
    let server = refusing();
    let ended = with_keys(
        &server,
        &["cancel", "dev1", "dev2", "--all-pending", "--yes"],
    )
    .args(["--max-errors", "3", "-o", "json"])
    .run()
    .exits(3);
    assert_eq!(outcomes(&ended.rows()), BTreeMap::from([("rejected", 2)]));
    assert!(!ended.stderr.contains("Stopped"), "{ended:?}");
}

#[test]
fn failed_lists_count_and_then_nothing_is_sent() {
    let server = refusing();
    let arguments = ["cancel", "dev3", "dev990", "dev2", "dev991", "dev8"];
    let ended = with_keys(&server, &arguments)
        .args(["--all-pending", "--yes", "-o", "json", "--max-errors", "2"])
        .run()
        .exits(1)
        .says("Stopped after 2 failures (--max-errors 2); nothing was sent");
    assert_eq!(outcomes(&ended.rows()), BTreeMap::from([("not_sent", 2)]));
    assert_eq!(posts(&server), 0);
    let asked = |device: &str| {
        server
            .requests()
            .iter()
            .any(|one| one.target.contains(device))
    };
    assert!(!asked("dev8"), "the others are not listed");
    // One failed list leaves one failure for the cancels.
    let devices = (1..=20).map(|number| format!("dev{number}"));
    let ended = with_keys(&server, &["cancel", "dev990"])
        .args(devices)
        .args(["--all-pending", "--yes", "-o", "json", "--max-errors", "2"])
        .run()
        .exits(3);
    let sent = posts(&server);
    assert!((1..=3).contains(&sent), "{sent}");
    assert_eq!(outcomes(&ended.rows())["not_sent"], 20 - sent);
}

#[test]
fn a_list_stops_after_so_many_failed_devices() {
    for (option, given, listed) in [
        (&["--fail-fast"][..], "--fail-fast", 1),
        (&["--max-errors", "2"], "--max-errors 2", 2),
    ] {
        let server = refusing();
        let arguments = [
            "list", "dev1", "dev990", "dev2", "dev991", "dev3", "-o", "json",
        ];
        let ended = countermand(["--provider", "applivery", "--org", "org-one"])
            .args(["--base-url", &server.base_url()])
            .args(arguments)
            .args(["--concurrency", "1"])
            .args(option)
            .env("COUNTERMAND_TOKEN", "t0ken-of-limits")
            .run()
            .exits(3)
            .says(&format!("({given})"))
            .says("not tried");
        assert_eq!(ended.rows().len(), listed);
        let asked = |device: &str| {
            server
                .requests()
                .iter()
                .any(|one| one.target.contains(device))
        };
        assert!(!asked("dev3"));
    }
}

#[test]
fn a_limit_of_none_or_two_limits_are_refused() {
    let server = refusing();
    for option in [
        &["--max-errors", "0"][..],
        &["--max-errors=-1"],
        &["--max-errors="],
        &["--max-errors", "2", "--fail-fast"],
    ] {
        with_keys(&server, &["cancel", "dev1", "--all-pending", "--yes"])
            .args(option)
            .run()
            .exits(2)
            .prints_nothing()
            .says("--max-errors");
    }
    assert!(server.requests().is_empty());
}
