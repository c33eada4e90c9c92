//! A server with a relay, and people with tokens.

use std::{fs, net::TcpListener, path::Path};

use countermand_core_model::{Organization, Provider, Secret};
use countermand_server::{
    ApprovalRule, ConnectionConfig, ConnectionName, ConsoleConfig, Keys, RelayConfig, Server,
    ServerConfig, StartError, StoreLocation,
    access::{Grants, LaunchLinks, SignIn, StaticToken},
    audit::next_lines,
};
use countermand_simulator::{ClockMode, Config, Simulator};
use countermand_store::Store;
use countermand_transport::{BaseUrl, SharedTimer};
use sha2::{Digest, Sha256};
use tempfile::TempDir;

use crate::wire::{Answer, send, send_bytes};

/// Operators and a viewer of every connection, and somebody who may nothing.
pub const ALICE: &str = "alice-t0ken-0123456789abcdef";
pub const CAROL: &str = "carol-t0ken-0123456789abcdef";
pub const BOB: &str = "bob-t0ken-0123456789abcdef01";
pub const MALLORY: &str = "mallory-t0ken-0123456789abcd";

/// What a witness must never be shown elsewhere, and nobody else at all.
pub const APPLIVERY_TOKEN: &str = "upstream-s3cr3t-t0ken-4711";

/// The simulator's clock at the start.
pub const START_MS: i64 = 1_790_000_000_000;

pub const ORG: &str = "acme-mobile";

#[derive(Debug)]
pub struct House {
    pub server: Server,
    pub folder: TempDir,
    pub store: StoreLocation,
}

pub fn sha256(text: &str) -> String {
    Sha256::digest(text.as_bytes())
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

pub fn tokens() -> SignIn {
    let token = |name, token| StaticToken::new(name, &sha256(token)).unwrap();
    SignIn::Tokens(vec![
        token("alice", ALICE),
        token("bob", BOB),
        token("carol", CAROL),
        token("mallory", MALLORY),
    ])
}

pub fn grants() -> Grants {
    Grants {
        operators: vec!["alice".parse().unwrap(), "carol".parse().unwrap()],
        viewers: vec!["bob".parse().unwrap()],
    }
}

/// A connection of Applivery to any server.
pub fn applivery(name: &str, base: &str) -> ConnectionConfig {
    let mut config = ConnectionConfig::new(
        ConnectionName::parse(name).unwrap(),
        Organization::parse(Provider::Applivery, ORG).unwrap(),
        BaseUrl::parse_allowing_http(base).unwrap(),
        Keys::applivery(Secret::from(APPLIVERY_TOKEN)),
    )
    .unwrap();
    config.grants = grants();
    config
}

/// Both vendors' connections to a simulator: `fleet` and `wind`.
pub fn simulated(simulator: &Simulator) -> Vec<ConnectionConfig> {
    let said = simulator.description();
    let connection = |name, provider, org: &str, base: &str, keys| {
        let mut config = ConnectionConfig::new(
            ConnectionName::parse(name).unwrap(),
            Organization::parse(provider, org).unwrap(),
            BaseUrl::parse(base).unwrap(),
            keys,
        )
        .unwrap();
        config.grants = grants();
        config
    };
    vec![
        connection(
            "fleet",
            Provider::Applivery,
            &said.applivery.org,
            &said.applivery.base_url,
            Keys::applivery(Secret::from(said.applivery.token.clone())),
        ),
        connection(
            "wind",
            Provider::Enos,
            &said.enos.org,
            &said.enos.base_url,
            Keys::enos(
                Secret::from(said.enos.app_key.clone()),
                Secret::from(said.enos.app_secret.clone()),
            ),
        ),
    ]
}

pub async fn simulator() -> Simulator {
    let clock = ClockMode::Manual { start_ms: START_MS };
    Simulator::start(Config {
        clock,
        ..Config::default()
    })
    .await
    .unwrap()
}

/// A server with these connections, for people with tokens.
pub async fn house(connections: Vec<ConnectionConfig>) -> House {
    house_with(connections, tokens()).await
}

pub async fn house_with(connections: Vec<ConnectionConfig>, sign_in: SignIn) -> House {
    start_with(connections, sign_in).await.unwrap()
}

/// As [`house_with`], where it starts.
pub async fn start_with(
    connections: Vec<ConnectionConfig>,
    sign_in: SignIn,
) -> Result<House, StartError> {
    start_over(tempfile::tempdir().unwrap(), connections, sign_in, None).await
}

/// As [`start_with`], in the folder of another one that has stopped, or with a store of its own.
pub async fn start_over(
    folder: TempDir,
    connections: Vec<ConnectionConfig>,
    sign_in: SignIn,
    store: Option<StoreLocation>,
) -> Result<House, StartError> {
    start_at(folder, connections, sign_in, store, None).await
}

/// As [`start_over`], by a clock of its own.
pub async fn start_at(
    folder: TempDir,
    connections: Vec<ConnectionConfig>,
    sign_in: SignIn,
    store: Option<StoreLocation>,
    timer: Option<SharedTimer>,
) -> Result<House, StartError> {
    let mut relay = RelayConfig::new(connections, sign_in, folder.path().join("audit"));
    if let Some(store) = store {
        relay.store = store;
    }
    if let Some(timer) = timer {
        relay.timer = timer;
    }
    start_in(folder, relay).await
}

/// A server with this relay, whose folder this is.
pub async fn start_in(folder: TempDir, relay: RelayConfig) -> Result<House, StartError> {
    let dist = folder.path().join("dist");
    fs::create_dir_all(&dist).unwrap();
    fs::write(dist.join("index.html"), "<!doctype html><p>page").unwrap();
    let console = ConsoleConfig {
        files: dist.into(),
        connect: Vec::new(),
    };
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let mut config = ServerConfig::new(listener, console);
    let store = relay.store.clone();
    config.relay = Some(relay);
    Ok(House {
        server: Server::start(config).await?,
        folder,
        store,
    })
}

/// The audit in a store, as it is exported.
pub fn exported(store: &StoreLocation) -> String {
    // In a thread of its own: whoever asks may not block its runtime.
    let export = || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build();
        runtime.unwrap().block_on(async {
            let store = Store::open_beside(store).await.unwrap();
            let (mut bytes, mut from) = (Vec::new(), 1);
            while let Some((lines, next)) = next_lines(&store, from).await.unwrap() {
                bytes.extend(lines);
                from = next;
            }
            store.close().await;
            String::from_utf8(bytes).unwrap()
        })
    };
    std::thread::scope(|scope| scope.spawn(export).join().unwrap())
}

/// The store of a relay whose audit is in this folder.
pub fn store_in(folder: &Path) -> StoreLocation {
    StoreLocation::File(folder.join("audit/store.sqlite"))
}

/// A server for whoever has its link.
pub async fn launched(connections: Vec<ConnectionConfig>) -> (House, LaunchLinks) {
    let links = LaunchLinks::new();
    let house = house_with(connections, SignIn::Launch(links.clone())).await;
    (house, links)
}

pub fn rule(targets: Option<usize>, kinds: &[&str]) -> Option<ApprovalRule> {
    Some(ApprovalRule {
        targets,
        kinds: kinds.iter().map(|&kind| kind.to_owned()).collect(),
        severity: None,
    })
}

impl House {
    /// A request with these headers, each ending in a line end.
    pub async fn ask(&self, method: &str, target: &str, headers: &str, body: &str) -> Answer {
        let addr = self.server.addr();
        let length = match (method, body) {
            ("GET" | "HEAD", "") => String::new(),
            _ => format!("Content-Length: {}\r\n", body.len()),
        };
        send(
            addr,
            format!(
                "{method} {target} HTTP/1.1\r\nHost: {addr}\r\n{headers}{length}Connection: close\r\n\r\n{body}"
            ),
        )
        .await
    }

    /// As `token`'s owner, from the server's own page.
    pub async fn ask_as(&self, token: &str, method: &str, target: &str, body: &str) -> Answer {
        self.ask(method, target, &self.own(token), body).await
    }

    /// The headers of the own page, and of whoever has this token.
    pub fn own(&self, token: &str) -> String {
        format!(
            "Origin: {}\r\nSec-Fetch-Site: same-origin\r\nAuthorization: Bearer {token}\r\n",
            self.server.origin()
        )
    }

    pub async fn raw(&self, bytes: Vec<u8>) -> Option<Answer> {
        send_bytes(self.server.addr(), bytes).await
    }

    /// What the audit says, line by line.
    pub fn audit(&self) -> Vec<serde_json::Value> {
        exported(&self.store)
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }

    /// Its lines of this kind.
    pub fn audited(&self, event: &str) -> Vec<serde_json::Value> {
        let mut lines = self.audit();
        lines.retain(|line| line["event"] == event);
        lines
    }
}
