//! `countermand simulate` as a process of its own, and what it is told.

use std::{
    collections::HashSet,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use bytes::Bytes;
use countermand_client::{Client, Connection, Credentials};
use countermand_core_model::{CommandId, CommandTarget, DeviceRef, Organization, Provider, Secret};
use countermand_transport::{BaseUrl, ReqwestTransport, SharedTimer, Transport};
use http::Request;
use serde_json::{Value, json};

/// A running simulator; dropping it ends the process.
pub(crate) struct Server {
    process: Child,
    about: Value,
    http: ReqwestTransport,
}

/// Where the command line is: `cargo xtask bench` builds it for release and says so.
pub(crate) fn binary() -> PathBuf {
    std::env::var_os("COUNTERMAND").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/release/countermand"),
        PathBuf::from,
    )
}

impl Server {
    /// Always the same fleet, with the same ids for what is added in the same order. Its reads show a cancel
    /// at once: what is measured is work, not waiting.
    pub(crate) async fn start(devices: usize) -> Self {
        let mut process = Command::new(binary())
            .args(["simulate", "--devices", &devices.to_string()])
            .stdout(Stdio::piped())
            .spawn()
            .expect("cargo build --release --package countermand-cli");
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let server = Self {
            process,
            about: serde_json::from_str(&line).unwrap(),
            http: ReqwestTransport::new().unwrap(),
        };
        let options = json!({"enos_cancel_delay_ms": 0, "enos_clock_window_ms": null});
        server.control("PATCH", "options", Some(options)).await;
        server
    }

    fn text(&self, pointer: &str) -> &str {
        self.about.pointer(pointer).unwrap().as_str().unwrap()
    }

    /// Host and port.
    pub(crate) fn authority(&self) -> &str {
        self.text("/enos/base_url").strip_prefix("http://").unwrap()
    }

    /// Adds so many waiting commands to each EnOS device.
    pub(crate) async fn add(&self, per_device: usize) -> Vec<CommandTarget> {
        let order = json!({"device": "enos:*", "count": per_device, "hold": true, "ttl_s": 86_400});
        let added = self.control("POST", "commands", Some(order)).await;
        let text = |one: &Value, name: &str| one[name].as_str().unwrap().to_owned();
        added["commands"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| {
                let device: DeviceRef = text(one, "device").parse().unwrap();
                let id = CommandId::parse(Provider::Enos, &text(one, "command")).unwrap();
                CommandTarget::new(device, id).unwrap()
            })
            .collect()
    }

    /// How often each operation was asked for; none of it refused.
    pub(crate) async fn requests(&self) -> Vec<(String, u64)> {
        let ledger = self.control("GET", "ledger?touched=true", None).await;
        ledger["requests"]
            .as_object()
            .unwrap()
            .iter()
            .map(|(operation, count)| {
                assert_eq!(count["refused"], 0, "{operation}");
                assert_eq!(count["processed"], count["received"], "{operation}");
                (operation.clone(), count["received"].as_u64().unwrap())
            })
            .collect()
    }

    /// How many of these commands are cancelled.
    pub(crate) async fn cancelled(&self, targets: &[CommandTarget]) -> usize {
        let ledger = self.control("GET", "ledger?touched=true", None).await;
        let ids: HashSet<&str> = targets.iter().map(|target| target.id().as_str()).collect();
        let commands = ledger["commands"].as_array().unwrap();
        commands
            .iter()
            .filter(|one| one["state"] == "cancelled")
            .filter(|one| ids.contains(one["command"].as_str().unwrap()))
            .count()
    }

    /// A client of its EnOS side.
    pub(crate) fn client(&self, backend: impl Transport, timer: SharedTimer) -> Client {
        let credentials = Credentials::enos(
            Secret::from(self.text("/enos/app_key").to_owned()),
            Secret::from(self.text("/enos/app_secret").to_owned()),
        );
        let org = Organization::parse(Provider::Enos, self.text("/enos/org")).unwrap();
        let base = BaseUrl::parse(self.text("/enos/base_url")).unwrap();
        let connection = Connection::new(org, base, credentials).unwrap();
        Client::connect(connection, backend, timer).unwrap()
    }

    async fn control(&self, method: &str, path: &str, body: Option<Value>) -> Value {
        let request = Request::builder()
            .method(method)
            .uri(format!("http://{}/_sim/{path}", self.authority()))
            .header("content-type", "application/json")
            .body(Bytes::from(
                body.map(|body| body.to_string()).unwrap_or_default(),
            ))
            .unwrap();
        let answer = self.http.send(request).await.unwrap();
        assert_eq!(answer.status(), 200, "{:?}", answer.body());
        serde_json::from_slice(answer.body()).unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
