//! `countermand simulate` as a process, and its control address.

use std::{
    io::{BufRead, BufReader},
    process::Child,
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{
    countermand::{Countermand, countermand},
    http,
};

/// A running simulator; it ends with the test.
pub struct Simulator {
    child: Child,
    _home: TempDir,
    pub description: Value,
    /// Its clock when it began; its devices have a history from before that.
    pub started_ms: i64,
}

impl Drop for Simulator {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The two vendors, as tests name them.
pub const VENDORS: [&str; 2] = ["applivery", "enos"];

impl Simulator {
    /// A clock that stands still: nothing moves but what a test moves. Cancels show at once.
    pub fn start() -> Self {
        let simulator = Self::start_with(&["--clock", "manual"]);
        simulator.control(
            "PATCH",
            "/options",
            json!({"applivery_cancel_delay_ms": 0, "enos_cancel_delay_ms": 0}),
        );
        simulator
    }

    pub fn start_with(arguments: &[&str]) -> Self {
        let (mut child, home) = countermand(["simulate", "--listen", "127.0.0.1:0"])
            .args(arguments)
            .spawn();
        let mut line = String::new();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        stdout.read_line(&mut line).unwrap();
        let mut simulator = Self {
            child,
            _home: home,
            description: serde_json::from_str(&line).expect(&line),
            started_ms: 0,
        };
        simulator.started_ms = simulator.ledger()["now_ms"].as_i64().expect("a time");
        simulator
    }

    pub fn child(&mut self) -> &mut Child {
        &mut self.child
    }

    pub fn text(&self, vendor: &str, field: &str) -> String {
        let value = &self.description[vendor][field];
        value.as_str().expect("text").to_owned()
    }

    pub fn device(&self, vendor: &str, index: usize) -> String {
        let value = &self.description[vendor]["devices"][index];
        value.as_str().expect("a device").to_owned()
    }

    /// Every key that must never be printed.
    pub fn secrets(&self) -> Vec<String> {
        vec![
            self.text("applivery", "token"),
            self.text("enos", "app_key"),
            self.text("enos", "app_secret"),
        ]
    }

    /// A run with the connection's options and keys.
    pub fn countermand(&self, vendor: &str, arguments: &[&str]) -> Countermand {
        let base_url = self.text(vendor, "base_url");
        let org = self.text(vendor, "org");
        countermand(["--provider", vendor, "--base-url", &base_url, "--org", &org])
            .args(arguments)
            .env("COUNTERMAND_TOKEN", self.text("applivery", "token"))
            .env("COUNTERMAND_APP_KEY", self.text("enos", "app_key"))
            .env("COUNTERMAND_APP_SECRET", self.text("enos", "app_secret"))
    }

    pub fn authority(&self) -> String {
        let base_url = self.text("enos", "base_url");
        base_url.strip_prefix("http://").unwrap().to_owned()
    }

    /// Orders something through `/_sim`.
    pub fn control(&self, method: &str, path: &str, body: Value) -> Value {
        let path = format!("/_sim{path}");
        let answer = http::send(&self.authority(), method, &path, &body.to_string());
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.json()
    }

    /// Adds commands that stay as they are until somebody cancels them, and gives their ids.
    pub fn waiting(&self, device: &str, count: usize) -> Vec<String> {
        self.add(json!({"device": device, "count": count, "hold": true}))
    }

    pub fn add(&self, order: Value) -> Vec<String> {
        let added = self.control("POST", "/commands", order);
        let list = added["commands"].as_array();
        let list = list.unwrap_or_else(|| panic!("{added}"));
        let id = |entry: &Value| entry["command"].as_str().expect("an id").to_owned();
        list.iter().map(id).collect()
    }

    /// What happens to requests for `operation` from now on.
    pub fn fault(&self, operation: &str, fault: Value) {
        let rule = json!({"match": {"operation": operation}, "fault": fault});
        self.control("POST", "/faults", rule);
    }

    pub fn ledger(&self) -> Value {
        self.control("GET", "/ledger", json!({}))
    }

    /// How many requests for `operation` there were.
    pub fn requests(&self, operation: &str) -> u64 {
        let ledger = self.ledger();
        let count = &ledger["requests"][operation];
        let numbers = count.as_object().map(|counts| counts.values());
        numbers.map_or(0, |numbers| {
            numbers.filter_map(Value::as_u64).max().unwrap_or(0)
        })
    }

    /// Waits until there was a request for `operation`.
    pub fn wait_for(&self, operation: &str) {
        let started = Instant::now();
        while self.requests(operation) == 0 {
            assert!(
                started.elapsed() < Duration::from_secs(30),
                "no {operation}"
            );
            std::thread::yield_now();
        }
    }

    /// What is true of a command.
    pub fn truth(&self, id: &str) -> String {
        let ledger = self.ledger();
        let commands = ledger["commands"].as_array().unwrap();
        let found = commands.iter().find(|command| command["command"] == id);
        found.expect("the command")["state"]
            .as_str()
            .unwrap()
            .to_owned()
    }
}
