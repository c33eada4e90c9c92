//! `serve sessions`: who is signed in at a server, seen and ended from beside it.

use std::{
    fs,
    time::{Duration, Instant},
};

use serde_json::Value;

use crate::{
    countermand::{countermand, text},
    http,
    serving::{dist, on_free_port, serve},
};

const TOKEN: &str = "alice-t0ken-0123456789abcdef";

/// The SHA-256 of [`TOKEN`].
const HASH: &str = "6ad9712d37dfe8645771be2dd0068a5b49912e6499a4a70a75c2a4adb5410650";

#[test]
fn whoever_is_signed_in_is_listed_and_sent_away_by_whoever_may_read_the_store() {
    let (dist, folder) = (dist(), tempfile::tempdir().unwrap());
    let file = folder.path().join("serve.toml");
    fs::write(
        &file,
        format!(
            "audit = 'audit'\n[[sign_in.token]]\nname = 'alice'\nsha256 = '{HASH}'\n\
             [connection.fleet]\nprovider = 'applivery'\norg = 'acme'\n\
             base_url = 'http://127.0.0.1:1'\ntoken_command = 'echo t0ken-t0ken-t0ken'\noperators = ['alice']\n"
        ),
    )
    .unwrap();
    let file = text(&file);
    let sessions = |args: &[&str]| {
        countermand(["serve", "sessions"])
            .args(args)
            .args(["--config", &file])
            .run()
    };
    sessions(&["list"]).exits(1).says("there is no store");
    let served = serve(on_free_port(&dist).args(["--config", &file]));
    let own = format!("Origin: http://{}\r\n", served.authority);
    let body = format!(r#"{{"token":"{TOKEN}"}}"#);
    let enter = || {
        let entered = http::send_with(&served.authority, "POST", "/relay/sign-in", &own, &body);
        assert_eq!(entered.status, 204, "{entered:?}");
        let set = entered
            .head
            .lines()
            .find(|line| line.to_lowercase().starts_with("set-cookie:"));
        let cookie = set.unwrap().split_once(": ").unwrap().1;
        format!("Cookie: {}\r\n", cookie.split(';').next().unwrap())
    };
    let user = |cookie: &str| {
        let answer = http::send_with(&served.authority, "GET", "/connections.json", cookie, "");
        answer.json()["relay"]["user"].clone()
    };
    let (one, other) = (enter(), enter());
    assert_eq!((user(&one), user(&other)), ("alice".into(), "alice".into()));
    let rows = sessions(&["list", "--output", "json"]).exits(0).rows();
    assert_eq!(rows.len(), 2);
    assert!(rows.iter().all(|row| row["person"] == "alice"), "{rows:?}");
    sessions(&["list"]).exits(0).says_out("alice");
    let id = rows[0]["id"].as_str().unwrap();
    sessions(&["end", "--id", id]).exits(0).says("1 session");
    sessions(&["end", "--id", id]).exits(3).says("0 sessions");
    sessions(&["end"]).exits(2);
    sessions(&["end", "--person", "alice"])
        .exits(0)
        .says("1 session");
    let audit = countermand(["serve", "audit", "export", "--config", &file]).run();
    let ended = audit.exits(0).stdout;
    assert_eq!(
        ended
            .matches("\"event\":\"session_ended\",\"who\":\"alice\"")
            .count(),
        2
    );
    let since = Instant::now();
    while user(&one) != Value::Null || user(&other) != Value::Null {
        assert!(since.elapsed() < Duration::from_secs(20), "they stay");
        std::thread::sleep(Duration::from_millis(50));
    }
}
