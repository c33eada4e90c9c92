//! Demo connections, to simulators: every page may read their keys. A relay leads to the same ones, so that runs can go
//! on without a page.

use std::{collections::BTreeMap, path::Path};

use countermand_core_model::{
    DeviceRef, InvalidValue, KeyField, Keys, Organization, Provider, Secret,
};
use countermand_relay_api::DemoConnection;
use countermand_server::{ConnectionConfig, ConnectionName, access::Grants};
use countermand_simulator::{Config, Description, Simulator};
use countermand_transport::BaseUrl;
use serde_json::Value;

use super::allowed_hosts::AllowedHosts;
use crate::{commands::simulate, failure::Failure};

/// The number of devices per provider in the demo.
const DEMO_DEVICES: usize = 150;

/// With how many devices a connection of the demo's relay begins.
const RELAYED_DEVICES: usize = 12;

/// The connections that the page offers, and the simulator behind them if this process runs it.
pub(super) struct Demo {
    pub(super) connections: Vec<Value>,
    pub(super) simulator: Option<Simulator>,
}

impl Demo {
    /// Returns the connections of a relay to the simulator that this process runs.
    ///
    /// # Errors
    /// When what the simulator says of itself is no connection.
    pub(super) fn relayed(&self) -> Result<Vec<ConnectionConfig>, Failure> {
        let Some(simulator) = &self.simulator else {
            return Ok(Vec::new());
        };
        let connections = demo_connections(&simulator.description());
        let relayed = connections
            .into_iter()
            .map(|demo| relayed(&demo).map_err(|error| Failure::before_sending(error.to_string())));
        relayed.collect()
    }

    /// Starts the simulator if `simulate` is set, or reads `file`. Allows the hosts of the connections.
    pub(super) async fn start(
        simulate: bool,
        file: Option<&Path>,
        allowed: &mut AllowedHosts,
    ) -> Result<Self, Failure> {
        if simulate {
            let simulator = simulator().await?;
            let description = simulator.description();
            allowed.allow(&description.applivery.base_url);
            allowed.allow(&description.enos.base_url);
            return Ok(Self {
                connections: connections(&description),
                simulator: Some(simulator),
            });
        }
        let connections = match file {
            Some(file) => read_file(file, allowed)?,
            None => Vec::new(),
        };
        Ok(Self {
            connections,
            simulator: None,
        })
    }
}

async fn simulator() -> Result<Simulator, Failure> {
    simulate::start(Config {
        devices: DEMO_DEVICES,
        traffic: true,
        ..Config::default()
    })
    .await
}

/// Returns a connection of the relay to the same simulator.
fn relayed(demo: &DemoConnection) -> Result<ConnectionConfig, InvalidValue> {
    let provider: Provider = demo.provider.parse()?;
    let base = BaseUrl::parse(&demo.base_url)?;
    let keys = Keys::new(provider, |KeyField { name, .. }| {
        let key = demo.keys.get(*name).cloned().unwrap_or_default();
        Ok::<_, InvalidValue>(Secret::from(key))
    })?;
    let name = ConnectionName::parse(&format!("demo-{provider}"))?;
    let org = Organization::parse(provider, &demo.org)?;
    let mut config = ConnectionConfig::new(name, org, base, keys)?;
    config.grants = Grants::everyone();
    // The simulator is on this machine.
    config.addresses = ["127.0.0.0/8", "::1/128"]
        .iter()
        .filter_map(|net| net.parse().ok())
        .collect();
    let devices = demo
        .devices
        .iter()
        .filter_map(|device| device.parse::<DeviceRef>().ok());
    config.devices = devices.take(RELAYED_DEVICES).collect();
    Ok(config)
}

fn connections(description: &Description) -> Vec<Value> {
    let connections = demo_connections(description);
    let texts = connections.iter().map(serde_json::to_value);
    texts.filter_map(Result::ok).collect()
}

/// Returns the connections to the simulator. Their keys are made up and open nothing else.
fn demo_connections(description: &Description) -> [DemoConnection; 2] {
    let Description { applivery, enos } = description;
    [
        DemoConnection {
            name: "Demo: Applivery".to_owned(),
            provider: Provider::Applivery.to_string(),
            base_url: applivery.base_url.clone(),
            org: applivery.org.clone(),
            keys: keys([("token", &applivery.token)]),
            devices: applivery.devices.clone(),
            ..DemoConnection::default()
        },
        DemoConnection {
            name: "Demo: EnOS".to_owned(),
            provider: Provider::Enos.to_string(),
            base_url: enos.base_url.clone(),
            org: enos.org.clone(),
            keys: keys([("app_key", &enos.app_key), ("app_secret", &enos.app_secret)]),
            devices: enos.devices.clone(),
            ..DemoConnection::default()
        },
    ]
}

fn keys<const N: usize>(keys: [(&str, &String); N]) -> BTreeMap<String, String> {
    BTreeMap::from(keys.map(|(name, key)| (name.to_owned(), key.clone())))
}

/// Reads connections from a file, and allows their hosts.
fn read_file(file: &Path, allowed: &mut AllowedHosts) -> Result<Vec<Value>, Failure> {
    let unusable = |why: String| Failure::usage(format!("--connections {}: {why}", file.display()));
    let text = std::fs::read_to_string(file).map_err(|error| unusable(error.to_string()))?;
    // The message has the place, not the text: that may be a key.
    let not_json = |error: serde_json::Error| {
        unusable(format!(
            "invalid JSON at line {}, column {}",
            error.line(),
            error.column()
        ))
    };
    let value: Value = serde_json::from_str(&text).map_err(not_json)?;
    let Some(demos) = value.get("demo").and_then(Value::as_array) else {
        return Err(unusable("there is no list \"demo\"".to_owned()));
    };
    let base_urls = demos.iter().filter_map(|demo| demo.get("base_url"));
    for base_url in base_urls.filter_map(Value::as_str) {
        allowed.allow(base_url);
    }
    Ok(demos.clone())
}
