//! The simulator as a process, and its control address.

use std::{
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
};

use anyhow::{Context, Result};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Value, json};

use super::{Soak, http::exchange, ledger::Ledger};
use crate::step::command;

/// A running simulator. Dropping it ends the process.
pub struct Simulator {
    process: Child,
    authority: String,
    /// The addresses, keys and devices.
    pub about: About,
}

#[derive(Debug, Deserialize)]
pub struct About {
    pub applivery: Side,
    pub enos: Side,
}

/// One provider.
#[derive(Clone, Debug, Deserialize)]
pub struct Side {
    pub base_url: String,
    pub org: String,
    pub devices: Vec<String>,
    token: Option<String>,
    app_key: Option<String>,
    app_secret: Option<String>,
}

impl Side {
    /// Returns the same provider at another address, which one token opens.
    pub fn elsewhere(&self, base_url: String, token: &str) -> Self {
        Self {
            base_url,
            token: Some(token.to_owned()),
            app_key: None,
            app_secret: None,
            ..self.clone()
        }
    }

    /// Gives a command the keys, in its environment.
    pub fn give_keys(&self, command: &mut Command) {
        for (name, key) in [
            ("COUNTERMAND_TOKEN", &self.token),
            ("COUNTERMAND_APP_KEY", &self.app_key),
            ("COUNTERMAND_APP_SECRET", &self.app_secret),
        ] {
            if let Some(key) = key {
                command.env(name, key);
            }
        }
    }
}

#[derive(Deserialize)]
struct AddedCommands {
    commands: Vec<AddedCommand>,
}

#[derive(Deserialize)]
struct AddedCommand {
    command: String,
}

impl Simulator {
    pub fn start(soak: &Soak) -> Result<Self> {
        let mut process = command(soak.profile.binary())
            .args(["simulate", "--devices", &soak.devices.to_string()])
            .args(["--seed", &soak.seed.to_string()])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .context("start the simulator")?;
        let mut line = String::new();
        if let Some(output) = process.stdout.take() {
            BufReader::new(output).read_line(&mut line)?;
        }
        let about: About =
            serde_json::from_str(&line).with_context(|| format!("the simulator said {line:?}"))?;
        let authority = about
            .enos
            .base_url
            .trim_start_matches("http://")
            .trim_end_matches('/')
            .to_owned();
        Ok(Self {
            process,
            authority,
            about,
        })
    }

    /// Adds commands that stay pending until a cancel or a fault moves them, and returns their ids.
    pub fn add_held(&self, provider: &str, per_device: u32) -> Result<Vec<String>> {
        let order = json!({
            "device": format!("{provider}:*"), "count": per_device, "hold": true, "ttl_s": 86_400
        });
        let added: AddedCommands = self.call("POST", "/_sim/commands", &order)?;
        Ok(added.commands.into_iter().map(|one| one.command).collect())
    }

    pub fn change_options(&self, options: &Value) -> Result<()> {
        let _: Value = self.call("PATCH", "/_sim/options", options)?;
        Ok(())
    }

    pub fn add_faults(&self, faults: &[Value]) -> Result<()> {
        let _: Value = self.call("POST", "/_sim/faults", &json!(faults))?;
        Ok(())
    }

    pub fn ledger(&self) -> Result<Ledger> {
        self.call("GET", "/_sim/ledger?touched=false", &Value::Null)
    }

    /// Sends one request over a connection of its own.
    fn call<T: DeserializeOwned>(&self, method: &str, path: &str, body: &Value) -> Result<T> {
        let body = match body {
            Value::Null => String::new(),
            body => body.to_string(),
        };
        let answer = exchange(&self.authority, method, path, &body)?;
        serde_json::from_slice(&answer).with_context(|| format!("{method} {path}"))
    }
}

impl Drop for Simulator {
    fn drop(&mut self) {
        // It may have ended already; there is nothing of it to keep.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
