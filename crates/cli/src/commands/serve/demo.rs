//! Demo connections, to simulators: every page may read their keys. A relay leads to the same ones, so that runs can go
//! on without a page.

use std::{collections::BTreeMap, path::Path};

use countermand_core_model::{
    DeviceRef, InvalidValue, KeyField, Keys, Organization, Provider, Secret,
};
use countermand_relay_api::DemoConnection;
use countermand_server::{ConnectionConfig, ConnectionName, access::Grants};
use countermand_simulator::{
    self as simulated, Config, Description, Incident, LedgerEntry, Simulator, TrueState,
};
use countermand_transport::BaseUrl;
use serde_json::Value;

use super::allowed_hosts::AllowedHosts;
use crate::{
    commands::simulate,
    failure::Failure,
    output::{number, say},
};

/// The number of devices per provider in the demo.
const DEMO_DEVICES: usize = 150;

/// With how many devices a connection of the demo's relay begins.
const RELAYED_DEVICES: usize = 12;

/// The number of devices per provider in an incident.
const INCIDENT_DEVICES: usize = 1_000;

/// What happens in the demo.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scene {
    /// New commands keep arriving.
    Everyday,
    /// A wrong command has just gone to every device.
    Incident,
}

/// The wrong commands of an incident, at each provider.
const WRONG: [(simulated::Provider, &str); 2] = [
    (simulated::Provider::Applivery, "WIPE"),
    (simulated::Provider::Enos, "stop_turbine"),
];

/// The connections that the page offers, and the simulator behind them if this process runs it.
pub(super) struct Demo {
    pub(super) connections: Vec<Value>,
    pub(super) simulator: Option<Simulator>,
    /// When the wrong commands were given, in milliseconds since 1970.
    incident_ms: Option<i64>,
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

    /// Starts the simulator if a scene is to be played, or reads `file`. Allows the hosts of the connections.
    pub(super) async fn start(
        scene: Option<Scene>,
        file: Option<&Path>,
        allowed: &mut AllowedHosts,
    ) -> Result<Self, Failure> {
        if let Some(scene) = scene {
            let simulator = simulator(scene).await?;
            let incident_ms = match scene {
                Scene::Everyday => None,
                Scene::Incident => Some(incident(&simulator)?),
            };
            let description = simulator.description();
            allowed.allow(&description.applivery.base_url);
            allowed.allow(&description.enos.base_url);
            return Ok(Self {
                connections: connections(&description),
                simulator: Some(simulator),
                incident_ms,
            });
        }
        let connections = match file {
            Some(file) => read_file(file, allowed)?,
            None => Vec::new(),
        };
        Ok(Self {
            connections,
            simulator: None,
            incident_ms: None,
        })
    }

    /// Says how to stop the wrong commands from another terminal. The keys are made up and open nothing else.
    pub(super) fn say_how_to_brake(&self) {
        let (Some(simulator), Some(_)) = (&self.simulator, self.incident_ms) else {
            return;
        };
        let Description { applivery, enos } = simulator.description();
        let [(_, wipe), (_, stop)] = WRONG;
        say(&format!(
            "incident: {wipe} has just gone to all {INCIDENT_DEVICES} devices at Applivery, and {stop} to as many at EnOS. Press the brake in the console, or in another terminal:"
        ));
        say(&format!(
            "  COUNTERMAND_TOKEN={} countermand brake --provider applivery --base-url {} --org {} --kind {wipe} --since 30m",
            applivery.token, applivery.base_url, applivery.org
        ));
        say(&format!(
            "  COUNTERMAND_APP_KEY={} COUNTERMAND_APP_SECRET={} countermand brake --provider enos --base-url {} --org {} --text \"stop turbine\" --since 30m",
            enos.app_key, enos.app_secret, enos.base_url, enos.org
        ));
    }

    /// Says what became of the wrong commands, as the simulator knows it.
    pub(super) fn say_what_became_of_it(&self) {
        let (Some(simulator), Some(given_ms)) = (&self.simulator, self.incident_ms) else {
            return;
        };
        let commands = simulator.ledger().commands;
        for (provider, kind) in WRONG {
            // Older ones of this kind count as well: the brake does not know which of them are wrong.
            let of_kind = || {
                let commands = commands.iter();
                commands.filter(|command| command.provider == provider && command.kind == kind)
            };
            let since = |at: Option<i64>| at.is_some_and(|at| at >= given_ms);
            let cancelled = of_kind()
                .filter(|command| since(command.cancelled_ms))
                .count();
            let sent = of_kind().filter(|command| since(command.sent_ms)).count();
            let is_pending = |command: &&LedgerEntry| command.state == TrueState::Pending;
            let pending = of_kind().filter(is_pending).count();
            say(&format!(
                "incident: {} {kind} commands were cancelled, {} went to their devices, {} are still pending",
                number(cancelled),
                number(sent),
                number(pending)
            ));
        }
    }
}

async fn simulator(scene: Scene) -> Result<Simulator, Failure> {
    simulate::start(Config {
        devices: match scene {
            Scene::Everyday => DEMO_DEVICES,
            Scene::Incident => INCIDENT_DEVICES,
        },
        traffic: scene == Scene::Everyday,
        ..Config::default()
    })
    .await
}

/// Lets the wrong commands go, and returns when, in milliseconds since 1970.
fn incident(simulator: &Simulator) -> Result<i64, Failure> {
    let given_ms = simulator.now_ms();
    for (provider, kind) in WRONG {
        let incident = Incident {
            kind: kind.to_owned(),
            ..Incident::at(provider)
        };
        simulator
            .incident(&incident)
            .map_err(|error| Failure::before_sending(error.to_string()))?;
    }
    Ok(given_ms)
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
