//! The four forms of output, and what strangers' texts may not do in them.

use serde_json::Value;

use crate::{
    countermand::{Countermand, Ended, countermand},
    stub_server::{Reply, StubServer, page},
};

const ID: &str = "507f1f77bcf86cd799439011";

fn with_keys(server: &StubServer, arguments: &[&str]) -> Countermand {
    countermand(["--provider", "applivery", "--org", "org-one"])
        .args(["--base-url", &server.base_url()])
        .args(arguments)
        .env("COUNTERMAND_TOKEN", "t0ken-of-forms")
}

/// A command of this name and kind.
fn item(name: &str, kind: &str) -> String {
    serde_json::json!({
        "id": ID, "status": "PENDING", "createdAt": "2026-02-10T12:00:00Z",
        "config": {"name": name, "metadata": {"type": kind}}
    })
    .to_string()
}

fn in_form(name: &str, kind: &str, form: &str) -> Ended {
    let item = item(name, kind);
    let server = StubServer::start(move |_| page(&item));
    with_keys(&server, &["list", "dev1", "--output", form])
        .run()
        .exits(0)
}

#[test]
fn an_empty_result_has_its_form_too() {
    for (form, expected) in [
        ("json", "[]\n"),
        ("ndjson", ""),
        ("table", ""),
        (
            "csv",
            "provider,org,device,id,kind,name,state,vendor_state,created_at,expires_at\r\n",
        ),
    ] {
        let server = StubServer::start(|_| page(""));
        let ended = with_keys(&server, &["list", "dev1", "--output", form])
            .run()
            .exits(0);
        assert_eq!(ended.stdout, expected, "{form}");
    }
}

#[test]
fn ndjson_is_one_object_a_line() {
    let ended = in_form("line\nbreak", "LOCK", "ndjson");
    let lines: Vec<&str> = ended.stdout.lines().collect();
    assert_eq!(lines.len(), 1);
    let row: Value = serde_json::from_str(lines[0]).unwrap();
    assert_eq!(row["name"], "line\nbreak");
}

#[test]
fn csv_cells_that_a_spreadsheet_would_compute_are_neutralised() {
    for begin in ["=", "+", "-", "@", "\t", "\r"] {
        let ended = in_form(&format!("{begin}1+1,\"x\""), "LOCK", "csv");
        let line = ended.stdout.lines().nth(1).unwrap();
        assert!(line.contains(",\"'"), "{begin:?}: {line}");
        assert!(line.contains("\"\"x\"\""), "{line}");
    }
}

#[test]
fn what_a_terminal_obeys_reaches_it_in_no_form() {
    let nasty = "a\u{1b}[2J\u{7}\u{8}\r\n\u{7f}\u{9b}31m\u{202e}\u{2066}b";
    for form in ["table", "json", "ndjson", "csv"] {
        let ended = in_form(nasty, nasty, form);
        assert_clean(&ended.stdout);
        assert_clean(&ended.stderr);
        assert!(
            ended.stdout.contains("2J"),
            "{form}: it is shown all the same"
        );
        if form.ends_with("json") {
            let first: Value = match form {
                "json" => ended.rows()[0].clone(),
                _ => serde_json::from_str(&ended.stdout).unwrap(),
            };
            assert_eq!(first["name"], nasty, "JSON keeps the meaning");
        }
    }
    let item = item(nasty, nasty);
    let server =
        StubServer::start(move |_| Reply::Json(200, format!(r#"{{"status":true,"data":{item}}}"#)));
    for form in ["table", "json", "csv"] {
        let ended = with_keys(&server, &["show", "dev1", ID, "--output", form])
            .run()
            .exits(0);
        assert_clean(&ended.stdout);
    }
}

#[test]
fn a_vendors_message_is_made_visible() {
    let server = StubServer::start(|_| {
        let message = "no\u{1b}]0;title\u{7}\u{202e}way\r\ncountermand: all cancelled";
        let body =
            serde_json::json!({"status": false, "error": {"code": 4003, "message": message}});
        Reply::Json(403, body.to_string())
    });
    for arguments in [
        &["list", "dev1"][..],
        &["show", "dev1", ID],
        &["devices"],
        &["cancel", "dev1", "--command", ID, "--yes"],
        &[
            "cancel",
            "dev1",
            "--all-pending",
            "--yes",
            "--output",
            "csv",
        ],
    ] {
        let ended = with_keys(&server, arguments).run();
        assert_ne!(ended.status, Some(0));
        assert_clean(&ended.stdout);
        assert_clean(&ended.stderr);
        let forged = ended
            .stderr
            .lines()
            .any(|line| line == "countermand: all cancelled");
        assert!(!forged, "{ended:?}");
    }
}

#[track_caller]
fn assert_clean(text: &str) {
    let bad = text.chars().find(|c| {
        (c.is_control() && !matches!(c, '\n' | '\r'))
            || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    });
    assert_eq!(bad, None, "{text:?}");
    assert!(!text.replace("\r\n", "\n").contains('\r'), "{text:?}");
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let items: Vec<String> = (0..3_000)
        .map(|index| item("n", "LOCK").replace(ID, &format!("{index:024x}")))
        .collect();
    let items = items.join(",");
    let server = StubServer::start(move |_| page(&items));
    let (mut child, _home) = with_keys(&server, &["list", "dev1"]).spawn();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
}

#[cfg(target_os = "linux")]
#[test]
fn a_result_that_cannot_be_written_is_a_failure() {
    let full = || {
        std::fs::OpenOptions::new()
            .write(true)
            .open("/dev/full")
            .unwrap()
    };
    let one = item("n", "LOCK");
    let server = StubServer::start(move |_| page(&one));
    with_keys(&server, &["list", "dev1"])
        .stdout(full())
        .run()
        .exits(1)
        .says("standard output");
    let simulator = crate::simulator::Simulator::start();
    let device = simulator.device("enos", 0);
    simulator
        .countermand("enos", &["cancel", &device, "--all-pending", "--yes"])
        .stdout(full())
        .run()
        .exits(4)
        .says("standard output");
}
