//! `countermand serve`: the console on this machine, with a simulator beside it if asked for.

use std::{collections::BTreeSet, path::Path};

use countermand_core_model::Provider;
use countermand_relay::console::{Console, ConsoleConfig, Origin, StartError};
use countermand_simulator::{Config, Description, Simulator};
use countermand_transport::BaseUrl;
use serde_json::{Value, json};

use super::simulate::{catch, only_this_machine, start};
use crate::{
    args::ServeArgs,
    console_files,
    exit::Exit,
    failure::{Failure, in_words},
    output::print,
    settings::{APPLIVERY_BASE_URL, ConfigFile},
};

/// How many devices each vendor of the demonstration has.
const DEMO_DEVICES: usize = 150;

/// Serves until it is told to stop.
pub(crate) async fn run(args: &ServeArgs) -> Result<Exit, Failure> {
    let files = console_files::chosen(args.dist.as_deref());
    if args.print_manifest {
        print(&console_files::manifest(&files)?)?;
        return Ok(Exit::AsAsked);
    }
    only_this_machine(args.listen)?;
    let mut connect = BTreeSet::from_iter(args.connect.iter().cloned());
    connect.extend(origin_of(APPLIVERY_BASE_URL));
    for profile in ConfigFile::read()?.profiles() {
        connect.extend(profile.base_url.as_deref().and_then(origin_of));
    }
    let mut signals = catch()?;
    let simulator = if args.demo { Some(demo().await?) } else { None };
    let connections = match &simulator {
        Some(simulator) => {
            let description = simulator.description();
            connect.extend(origin_of(&description.applivery.base_url));
            connect.extend(origin_of(&description.enos.base_url));
            connections(&description)
        }
        None => match &args.connections {
            Some(file) => offered(file, &mut connect)?,
            None => json!({"demo": []}).to_string(),
        },
    };
    let console = Console::start(ConsoleConfig {
        listen: args.listen,
        files,
        connect: connect.into_iter().collect(),
        connections,
    })
    .await
    .map_err(|error| {
        let hint = match error {
            StartError::NoIndex(..) => console_files::HINT,
            _ => "",
        };
        Failure::before_sending(format!("{}{hint}", in_words(&error)))
    })?;
    let line = json!({"console": format!("http://{}", console.addr())});
    print(&format!("{line}\n"))?;
    signals.next().await;
    console.stop().await;
    if let Some(simulator) = simulator {
        simulator.stop().await;
    }
    Ok(Exit::AsAsked)
}

async fn demo() -> Result<Simulator, Failure> {
    start(Config {
        devices: DEMO_DEVICES,
        traffic: true,
        ..Config::default()
    })
    .await
}

/// What the page may offer. These keys are made up and open nothing but the simulator.
fn connections(description: &Description) -> String {
    let Description { applivery, enos } = description;
    json!({"demo": [
        {
            "name": "Demo: Applivery",
            "provider": Provider::Applivery,
            "base_url": applivery.base_url,
            "org": applivery.org,
            "token": applivery.token,
            "devices": applivery.devices,
        },
        {
            "name": "Demo: EnOS",
            "provider": Provider::Enos,
            "base_url": enos.base_url,
            "org": enos.org,
            "app_key": enos.app_key,
            "app_secret": enos.app_secret,
            "devices": enos.devices,
        },
    ]})
    .to_string()
}

/// What a file offers, and the hosts that the page then has to reach.
fn offered(file: &Path, connect: &mut BTreeSet<Origin>) -> Result<String, Failure> {
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
    Ok(text)
}

/// The origin of a base URL; one that is not good is found out where it is used.
fn origin_of(base_url: &str) -> Option<Origin> {
    BaseUrl::parse_allowing_http(base_url)
        .ok()?
        .origin()
        .parse()
        .ok()
}
