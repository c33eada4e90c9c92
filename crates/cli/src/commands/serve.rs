//! `countermand serve`: the console, with a relay or a simulator beside it.

mod demo;
mod launching;
mod listening;
mod relaying;
mod reloading;

use std::collections::BTreeSet;

use countermand_core_model::Provider;
use countermand_server::{
    ConsoleConfig, Origin, RelayStartError, Server, ServerConfig, StartError,
};
use countermand_transport::BaseUrl;
use serde_json::json;

use self::{demo::Demo, launching::Launching, relaying::Relaying};
use super::simulate;
use crate::{
    args::{GlobalOptions, ServeArgs},
    console_files,
    exit::Exit,
    failure::{Failure, in_words},
    output::print,
    settings::{ConfigFile, ServeFile},
    signals::Reloads,
};

/// Serves until it is told to stop.
pub(crate) async fn run(global: &GlobalOptions, args: &ServeArgs) -> Result<Exit, Failure> {
    let files = console_files::chosen(args.dist.as_deref());
    if args.print_manifest {
        print(&console_files::manifest(&files)?)?;
        return Ok(Exit::AsAsked);
    }
    let mut connect = BTreeSet::from_iter(args.connect.iter().cloned());
    let mut relaying = match &args.config {
        Some(path) => Relaying::of_file(ServeFile::read(path)?)?,
        None if args.demo || args.connections.is_some() => Relaying::none(),
        None => Relaying::of_profiles(global.profile.as_deref(), &mut connect)?,
    };
    if relaying.relay.is_none() {
        // The page talks to the vendors itself.
        let hosts = Provider::ALL.map(|provider| provider.descriptor().default_base_url);
        connect.extend(hosts.into_iter().flatten().filter_map(origin_of));
        for profile in ConfigFile::read()?.profiles() {
            connect.extend(profile.base_url.as_deref().and_then(origin_of));
        }
    }
    let listener = listening::listen(args.listen.or(relaying.listen))?;
    // Caught before anybody is told that it runs, so that stopping it is always clean.
    let mut signals = simulate::catch_but_hang_up()?;
    let mut reloads = Reloads::catch().map_err(|error| {
        Failure::before_sending(format!("signals cannot be waited for: {error}"))
    })?;
    let demo = Demo::start(args.demo, args.connections.as_deref(), &mut connect).await?;
    let console = ConsoleConfig {
        files,
        connect: connect.into_iter().collect(),
    };
    let mut config = ServerConfig::new(listener, console);
    config.tls = relaying.tls.take();
    config.public = relaying.public.take();
    config.demo = demo.connections;
    config.relay = relaying.relay.take();
    let server = Server::start(config).await.map_err(not_started)?;
    let launching = relaying.links.map(|links| Launching::new(links, &server));
    let mut line = json!({"console": server.origin()});
    if let (Some(launching), Some(line)) = (&launching, line.as_object_mut()) {
        line.insert("launch".to_owned(), launching.next()?.into());
    }
    print(&format!("{line}\n"))?;
    let relinking = launching.map(|launching| tokio::spawn(launching.go_on()));
    loop {
        tokio::select! {
            () = signals.next() => break,
            () = reloads.next() => reloading::reload(&server, args.config.as_deref()),
        }
    }
    if let Some(relinking) = relinking {
        relinking.abort();
    }
    server.stop().await;
    if let Some(simulator) = demo.simulator {
        simulator.stop().await;
    }
    Ok(Exit::AsAsked)
}

fn not_started(error: StartError) -> Failure {
    let hint = match error {
        StartError::Console(_) => console_files::HINT,
        StartError::NotLoopback(_) => {
            ". Take a loopback address for --listen, or say in --config FILE how people sign in"
        }
        _ => "",
    };
    let message = format!("{}{hint}", in_words(&error));
    match error {
        StartError::NotLoopback(_)
        | StartError::NoPublic(_)
        | StartError::Plain(_)
        | StartError::Relay(RelayStartError::Access(_)) => Failure::usage(message),
        _ => Failure::before_sending(message),
    }
}

/// The origin of a base URL; one that is not good is found out where it is used.
fn origin_of(base_url: &str) -> Option<Origin> {
    BaseUrl::parse_allowing_http(base_url)
        .ok()?
        .origin()
        .parse()
        .ok()
}
