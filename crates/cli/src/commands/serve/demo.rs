//! Connections whose keys every page may read: of simulators.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use countermand_core_model::Provider;
use countermand_relay_api::DemoConnection;
use countermand_server::Origin;
use countermand_simulator::{Config, Description, Simulator};
use serde_json::Value;

use super::{super::simulate, origin_of};
use crate::failure::Failure;

/// How many devices each vendor of the demonstration has.
const DEMO_DEVICES: usize = 150;

/// What the page is offered, and the simulator behind it where it is this program's own.
pub(super) struct Demo {
    pub(super) connections: Vec<Value>,
    pub(super) simulator: Option<Simulator>,
}

impl Demo {
    /// Starts the simulator if it is asked for, or reads the file that is named. The page may then talk to
    /// the hosts of these.
    pub(super) async fn start(
        asked: bool,
        file: Option<&Path>,
        connect: &mut BTreeSet<Origin>,
    ) -> Result<Self, Failure> {
        if asked {
            let simulator = simulator().await?;
            let description = simulator.description();
            connect.extend(origin_of(&description.applivery.base_url));
            connect.extend(origin_of(&description.enos.base_url));
            return Ok(Self {
                connections: connections(&description),
                simulator: Some(simulator),
            });
        }
        let connections = match file {
            Some(file) => offered(file, connect)?,
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

/// What the page may offer. These keys are made up and open nothing but the simulator.
fn connections(description: &Description) -> Vec<Value> {
    let Description { applivery, enos } = description;
    let connections = [
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
    ];
    let texts = connections.iter().map(serde_json::to_value);
    texts.filter_map(Result::ok).collect()
}

fn keys<const N: usize>(keys: [(&str, &String); N]) -> BTreeMap<String, String> {
    BTreeMap::from(keys.map(|(name, key)| (name.to_owned(), key.clone())))
}

/// What a file offers, and the hosts that the page then has to reach.
fn offered(file: &Path, connect: &mut BTreeSet<Origin>) -> Result<Vec<Value>, Failure> {
    let unusable = |why: String| Failure::usage(format!("--connections {}: {why}", file.display()));
    let text = std::fs::read_to_string(file).map_err(|error| unusable(error.to_string()))?;
    // Where the text is wrong, and not what stands there: it may be a key.
    let not_json = |error: serde_json::Error| {
        unusable(format!(
            "no JSON at line {}, column {}",
            error.line(),
            error.column()
        ))
    };
    let value: Value = serde_json::from_str(&text).map_err(not_json)?;
    let Some(demos) = value.get("demo").and_then(Value::as_array) else {
        return Err(unusable("it has no list \"demo\"".to_owned()));
    };
    let base_urls = demos.iter().filter_map(|demo| demo.get("base_url"));
    connect.extend(base_urls.filter_map(Value::as_str).filter_map(origin_of));
    Ok(demos.clone())
}
