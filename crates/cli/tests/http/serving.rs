//! `simulate` and `serve`: one line of JSON, and a clean end.

use std::{
    io::{BufRead, BufReader},
    process::Child,
};

use serde_json::Value;
use tempfile::TempDir;

use crate::{
    countermand::{Countermand, countermand, text},
    http,
    simulator::{Simulator, VENDORS},
};

pub fn dist() -> TempDir {
    let dist = tempfile::tempdir().unwrap();
    let page = "<!doctype html><script type=\"module\">init()</script>";
    std::fs::write(dist.path().join("index.html"), page).unwrap();
    dist
}

/// A console that is being served; it ends with the test.
pub struct Served {
    pub child: Child,
    pub authority: String,
    /// Its line.
    pub said: Value,
    pub home: TempDir,
}

impl Drop for Served {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub fn serve(run: Countermand) -> Served {
    let (mut child, home) = run.spawn();
    let mut line = String::new();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    stdout.read_line(&mut line).unwrap();
    let line: Value = serde_json::from_str(&line).expect(&line);
    let address = line["console"].as_str().unwrap();
    let (_, authority) = address.split_once("://").unwrap();
    Served {
        child,
        authority: authority.to_owned(),
        said: line,
        home,
    }
}

pub fn on_free_port(dist: &TempDir) -> Countermand {
    let dist = text(dist.path());
    countermand(["serve", "--listen", "127.0.0.1:0", "--dist", &dist])
}

#[test]
fn the_demo_is_the_page_and_two_connections_that_work() {
    let dist = dist();
    let served = serve(on_free_port(&dist).arg("--demo"));
    let page = http::send(&served.authority, "GET", "/", "");
    assert_eq!(page.status, 200);
    let connections = http::send(&served.authority, "GET", "/connections.json", "").json();
    let demo = connections["demo"].as_array().unwrap();
    assert_eq!(demo.len(), 2);
    for (connection, vendor) in demo.iter().zip(VENDORS) {
        assert_eq!(connection["provider"], vendor);
        assert!(connection["name"].as_str().unwrap().starts_with("Demo: "));
        let base_url = connection["base_url"].as_str().unwrap();
        let origin = base_url.trim_end_matches("/v1");
        assert!(page.head.contains(origin), "{}", page.head);
        let key = |name: &str| connection[name].as_str().unwrap_or_default().to_owned();
        let device = connection["devices"][0].as_str().unwrap();
        countermand(["list", device, "--base-url", base_url, "--org", &key("org")])
            .env("COUNTERMAND_TOKEN", key("token"))
            .env("COUNTERMAND_APP_KEY", key("app_key"))
            .env("COUNTERMAND_APP_SECRET", key("app_secret"))
            .run()
            .exits(0);
    }
}

#[test]
fn connections_of_a_file_are_offered_and_their_hosts_may_be_talked_to() {
    let dist = dist();
    let file = dist.path().join("offered.json");
    let offered = r#"{"demo":[{"name":"Lab","provider":"enos","base_url":"http://127.0.0.1:4711","org":"o15",
        "app_key":"k","app_secret":"s","devices":["enos:asset:a"]}]}"#;
    std::fs::write(&file, offered).unwrap();
    let served = serve(on_free_port(&dist).args(["--connections", &text(&file)]));
    let connections = http::send(&served.authority, "GET", "/connections.json", "");
    let offered: Value = serde_json::from_str(offered).unwrap();
    assert_eq!(connections.json(), offered);
    let page = http::send(&served.authority, "GET", "/", "");
    assert!(
        page.head
            .contains("connect-src 'self' http://127.0.0.1:4711"),
        "{}",
        page.head
    );
}

#[test]
fn a_file_of_connections_that_cannot_be_used_is_refused_without_what_stands_in_it() {
    let dist = dist();
    let file = dist.path().join("offered.json");
    for (content, why) in [
        (
            r#"{"demo":[{"app_secret":"s3cret-of-a-lab",}]}"#,
            "invalid JSON at line 1",
        ),
        (r#"{"others":["s3cret-of-a-lab"]}"#, "no list"),
    ] {
        std::fs::write(&file, content).unwrap();
        let run = on_free_port(&dist)
            .args(["--connections", &text(&file)])
            .run();
        let run = run.exits(2);
        let said = format!("{}{}", run.stdout, run.stderr);
        assert!(said.contains(why) && !said.contains("s3cret"), "{said}");
    }
    let missing = text(&dist.path().join("none.json"));
    on_free_port(&dist)
        .args(["--connections", &missing])
        .run()
        .exits(2);
}

#[test]
fn without_the_demo_no_key_is_given_and_the_page_may_talk_to_whom_it_was_told() {
    let dist = dist();
    let run = on_free_port(&dist)
        .args([
            "--connect",
            "https://one.example:8443",
            "https://two.example",
        ])
        .config("[profile.a]\nbase_url = 'https://apim.example/x'\ntoken_env = 'MY_TOKEN'")
        .env("MY_TOKEN", "t0ken-of-serve")
        .env("COUNTERMAND_TOKEN", "t0ken-of-serve");
    let served = serve(run);
    let connections = http::send(&served.authority, "GET", "/connections.json", "");
    assert_eq!(connections.body, r#"{"demo":[]}"#);
    let page = http::send(&served.authority, "GET", "/", "");
    let policy = page
        .head
        .lines()
        .find(|line| line.starts_with("content-security-policy"));
    let connect = policy
        .unwrap()
        .split("; ")
        .find(|part| part.starts_with("connect-src"));
    assert_eq!(
        connect,
        Some(
            "connect-src 'self' https://api.applivery.io https://apim.example \
             https://one.example:8443 https://two.example"
        )
    );
    for path in ["/", "/connections.json", "/config.toml"] {
        let answer = http::send(&served.authority, "GET", path, "");
        assert!(!format!("{answer:?}").contains("t0ken-of-serve"));
    }
}

#[test]
fn without_a_console_it_says_how_to_build_one() {
    let empty = tempfile::tempdir().unwrap();
    on_free_port(&empty)
        .run()
        .exits(1)
        .prints_nothing()
        .says("cargo xtask demo");
}

#[test]
fn an_address_that_is_taken_is_said() {
    let dist = dist();
    let taken = serve(on_free_port(&dist));
    countermand([
        "serve",
        "--listen",
        &taken.authority,
        "--dist",
        &text(dist.path()),
    ])
    .run()
    .exits(1)
    .says(&taken.authority);
    countermand(["simulate", "--listen", &taken.authority])
        .run()
        .exits(1)
        .says(&taken.authority);
}

#[cfg(unix)]
#[test]
fn both_stop_cleanly_when_they_are_asked_to() {
    use crate::countermand::signal;
    for name in ["INT", "TERM"] {
        let mut simulator = Simulator::start_with(&[]);
        signal(simulator.child(), name);
        assert_eq!(simulator.child().wait().unwrap().code(), Some(0), "{name}");
        let dist = dist();
        for demo in [&[][..], &["--demo"]] {
            let mut served = serve(on_free_port(&dist).args(demo));
            // A connection that is kept open must not hold it up.
            let _idle = std::net::TcpStream::connect(&served.authority).unwrap();
            signal(&served.child, name);
            assert_eq!(served.child.wait().unwrap().code(), Some(0), "{name}");
        }
    }
}

#[test]
fn the_simulators_line_is_the_contracts() {
    let simulator = Simulator::start_with(&["--devices", "5", "--seed", "7"]);
    let same = Simulator::start_with(&["--devices", "5", "--seed", "7"]);
    let other = Simulator::start_with(&["--devices", "5", "--seed", "8"]);
    for (vendor, fields) in [
        ("applivery", &["base_url", "org", "token", "devices"][..]),
        (
            "enos",
            &["base_url", "org", "app_key", "app_secret", "devices"],
        ),
    ] {
        let side = simulator.description[vendor].as_object().unwrap();
        assert_eq!(side.keys().collect::<Vec<_>>(), fields);
        assert_eq!(side["devices"].as_array().unwrap().len(), 5);
        assert_eq!(side["devices"], same.description[vendor]["devices"]);
        assert_ne!(side["devices"], other.description[vendor]["devices"]);
    }
}
