//! A team's server: `countermand serve` with both vendors of a simulator.

use std::{fs, net::TcpListener};

use serde_json::Value;
use tempfile::TempDir;

use crate::{
    countermand::{Countermand, countermand, text},
    serving::{Served, dist, serve},
    simulator::Simulator,
};

/// Alice's, and Bob's.
const TOKEN: &str = "abc";
pub const BOB: &str = "bob-t0ken";

/// Of `printf abc | sha256sum`, and of Bob's.
const HASH: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
const BOBS: &str = "e4c34cde3995ac186d1051a7e0543a6316e876ba8cf0d5519a0e0d960596f0fd";

/// A team's server that may be ended and started again, with both vendors of a simulator.
pub struct Team {
    pub simulator: Simulator,
    pub folder: TempDir,
    dist: TempDir,
    pub authority: String,
    pub served: Option<Served>,
}

impl Team {
    pub fn start() -> Self {
        Self::with("")
    }

    /// With these lines in each connection.
    pub fn with(lines: &str) -> Self {
        let free = TcpListener::bind("127.0.0.1:0").unwrap();
        let authority = free.local_addr().unwrap().to_string();
        drop(free);
        let mut team = Self {
            simulator: Simulator::start(),
            folder: tempfile::tempdir().unwrap(),
            dist: dist(),
            authority,
            served: None,
        };
        team.configure(lines);
        team.serve();
        team
    }

    fn configure(&self, lines: &str) {
        let key = |vendor: &str, field: &str| {
            let path = self.folder.path().join(format!("{vendor}-{field}"));
            fs::write(&path, self.simulator.text(vendor, field)).unwrap();
            format!("{field}_file = '{}'\n", path.display())
        };
        let connection = |name: &str, vendor: &str, keys: &str| {
            format!(
                "[connection.{name}]\nprovider = '{vendor}'\nbase_url = '{}'\norg = '{}'\n{keys}operators = ['alice', 'bob']\n{lines}",
                self.simulator.text(vendor, "base_url"),
                self.simulator.text(vendor, "org"),
            )
        };
        let token = key("applivery", "token");
        let keys = key("enos", "app_key") + &key("enos", "app_secret");
        let config = format!(
            "audit = 'audit'\nstore = 'store.sqlite'\n[[sign_in.token]]\nname = 'alice'\nsha256 = '{HASH}'\n\
             [[sign_in.token]]\nname = 'bob'\nsha256 = '{BOBS}'\n{}{}",
            connection("fleet", "applivery", &token),
            connection("wind", "enos", &keys)
        );
        fs::write(self.folder.path().join("serve.toml"), config).unwrap();
    }

    pub fn serve(&mut self) {
        let config = text(&self.folder.path().join("serve.toml"));
        let dist = text(self.dist.path());
        // A disk without room is an error there, and not the end.
        let run = countermand(["serve", "--listen", &self.authority, "--dist", &dist])
            .args(["--config", &config, "--log", "off"])
            .after("trap '' XFSZ");
        self.served = Some(serve(run));
    }

    /// Ends the server without a warning.
    pub fn kill(&mut self) {
        drop(self.served.take());
    }

    pub fn countermand(&self, connection: &str, arguments: &[&str]) -> Countermand {
        countermand(arguments)
            .args(["--server", &format!("http://{}", self.authority)])
            .args(["--connection", connection])
            .env("COUNTERMAND_SERVER_TOKEN", TOKEN)
    }

    pub fn runs(&self, connection: &str) -> Vec<Value> {
        let list = ["runs", "list", "--output", "json"];
        self.countermand(connection, &list).run().exits(0).rows()
    }
}
