//! `countermand serve`: the console, with a relay or a simulator beside it.

mod allowed_hosts;
mod audit;
mod demo;
mod launch_links;
mod listener;
mod relay_setup;
mod reload;
mod sessions;

use std::{
    net::{SocketAddr, TcpListener},
    path::PathBuf,
};

use clap::{Args, Subcommand};
use countermand_core_model::{InvalidValue, Provider};
use countermand_server::{
    ConsoleConfig, Origin, RelayStartError, Server, ServerConfig, StartError, StoreLocation,
};
use serde_json::json;

use self::{
    allowed_hosts::AllowedHosts,
    audit::AuditAction,
    demo::{Demo, Scene},
    launch_links::LaunchLinkMaker,
    relay_setup::RelaySetup,
    sessions::SessionsAction,
};
use super::simulate;
use crate::{
    console_files,
    exit::Exit,
    failure::{Failure, in_words},
    logging::LogFormat,
    output::{print, say},
    settings::{ConfigFile, ServeFile},
    signals::Reloads,
};

/// Serve the console, with a relay that holds the keys.
///
/// Without --config, the connections are the profiles of the configuration, for this machine only. Prints one line
/// of JSON once it listens: {"console":"http://..."}. With a relay for this machine only, it also has "launch": a
/// link that opens the console with these connections, once.
#[derive(Debug, Args)]
pub(crate) struct ServeArgs {
    #[command(subcommand)]
    action: Option<ServeAction>,
    /// The only profile that is a connection [default: every profile]
    #[arg(long, value_name = "NAME", conflicts_with_all = ["config", "demo", "connections"])]
    profile: Option<String>,
    /// Run the simulator as well, and offer both its providers as connections
    #[arg(long, conflicts_with_all = ["config", "store"])]
    demo: bool,
    /// In the demo, have a wrong command just sent to every device: stop it with the brake
    #[arg(long, requires = "demo")]
    incident: bool,
    /// Address to listen on; port 0 picks a free port. Addresses that other machines can reach require sign-in
    /// [default: 127.0.0.1:8080, or as in --config]
    #[arg(long, value_name = "ADDR")]
    listen: Option<SocketAddr>,
    /// Relay the connections in this file (TOML) to the users that it names
    #[arg(long, value_name = "FILE", global = true)]
    config: Option<PathBuf>,
    /// Log each request to standard error [default: text with --config, else off]
    #[arg(long, value_name = "FORMAT", ignore_case = true)]
    log: Option<LogFormat>,
    /// Folder with the built console, in place of the one in this program [default if this program has none: ./dist]
    #[arg(long, value_name = "DIR")]
    dist: Option<PathBuf>,
    /// Print the console's manifest (version, commit, and the SHA-256 of each file) and exit
    #[arg(long)]
    print_manifest: bool,
    /// Offer the connections in this file, in the format of /connections.json: {"demo":[{"name","provider",
    /// "base_url","org","token" or "app_key" and "app_secret","devices"}]}. Everyone who opens the page can read
    /// it: use it for keys of simulators only
    #[arg(long, value_name = "FILE", conflicts_with_all = ["demo", "config", "store"])]
    connections: Option<PathBuf>,
    /// Where runs are kept: a file of SQLite, or postgres://USER@HOST/DATABASE, which several servers share. A password
    /// comes from PGPASSWORD, or from store_env, store_file or store_command in --config [default: store.sqlite in the
    /// folder of state, or in that of audit in --config]
    #[arg(long, value_name = "STORE", value_parser = store, global = true)]
    store: Option<StoreLocation>,
    /// Hosts that the page may connect to, besides Applivery's and those of the profiles
    #[arg(long, value_name = "ORIGIN", num_args = 1..)]
    connect: Vec<Origin>,
}

/// What is done in the place of serving.
#[derive(Debug, Subcommand)]
enum ServeAction {
    /// List or end the sessions of a server, of --config FILE or in --store STORE
    #[command(subcommand)]
    Sessions(SessionsAction),
    /// Export the audit of a server, of --config FILE or in --store STORE, or print the key that checks it
    #[command(subcommand)]
    Audit(AuditAction),
}

impl ServeArgs {
    /// Returns the log format to use when `RUST_LOG` is not set.
    pub(super) fn log_format(&self) -> LogFormat {
        self.log.unwrap_or(match self.config {
            Some(_) => LogFormat::Text,
            None => LogFormat::Off,
        })
    }
}

pub(in crate::commands) use relay_setup::store_of;

/// Reads where the store is. A password would be in the list of processes.
pub(super) fn store(text: &str) -> Result<StoreLocation, String> {
    let location: StoreLocation = text
        .parse()
        .map_err(|error: InvalidValue| error.to_string())?;
    match location.has_password() {
        true => Err(
            "a password must not be an argument: set PGPASSWORD, or store_file in --config"
                .to_owned(),
        ),
        false => Ok(location),
    }
}

/// Allows the page to connect to the providers: without a relay it calls them itself.
fn allow_providers(allowed: &mut AllowedHosts) -> Result<(), Failure> {
    let base_urls = Provider::ALL.map(|provider| provider.descriptor().default_base_url);
    for base_url in base_urls.into_iter().flatten() {
        allowed.allow(base_url);
    }
    for profile in ConfigFile::read()?.profiles() {
        if let Some(base_url) = &profile.base_url {
            allowed.allow(base_url);
        }
    }
    Ok(())
}

/// Serves until it is told to stop. `before` is the profile that is named before the subcommand.
pub(super) async fn run(before: Option<&str>, args: &ServeArgs) -> Result<Exit, Failure> {
    let config = args.config.as_deref();
    match &args.action {
        Some(ServeAction::Sessions(action)) => {
            let location = store_of(config, args.store.as_ref())?;
            return sessions::run(&location, action).await;
        }
        Some(ServeAction::Audit(AuditAction::Export { out })) => {
            let location = store_of(config, args.store.as_ref())?;
            return audit::export(&location, out.as_deref()).await;
        }
        Some(ServeAction::Audit(AuditAction::Key)) => {
            return audit::print_key(&relay_setup::audit_of(config)?);
        }
        None => {}
    }
    let files = console_files::chosen(args.dist.as_deref());
    if args.print_manifest {
        print(&console_files::manifest(&files)?)?;
        return Ok(Exit::AsAsked);
    }
    let mut allowed = AllowedHosts::of(&args.connect);
    let mut setup = match &args.config {
        Some(path) => RelaySetup::of_file(ServeFile::read(path)?, args.store.as_ref())?,
        None if args.demo || args.connections.is_some() => RelaySetup::none(),
        None => {
            let named = args.profile.as_deref().or(before);
            RelaySetup::of_profiles(named, args.store.as_ref(), &mut allowed)?
        }
    };
    if setup.relay.is_none() {
        allow_providers(&mut allowed)?;
    }
    let listener = listener::listen(args.listen.or(setup.listen))?;
    // Caught before the line that says it runs, so that it always stops cleanly.
    let mut signals = simulate::catch_but_hang_up()?;
    let mut reloads = Reloads::catch()
        .map_err(|error| Failure::before_sending(format!("Cannot catch signals: {error}")))?;
    let scene = match (args.demo, args.incident) {
        (false, _) => None,
        (true, false) => Some(Scene::Everyday),
        (true, true) => Some(Scene::Incident),
    };
    let mut demo = Demo::start(scene, args.connections.as_deref(), &mut allowed).await?;
    let mut demo_folder = None;
    // Whoever has a link may do everything, so links are for this machine alone.
    if demo.simulator.is_some() && is_loopback(&listener) {
        let (relay, folder) = RelaySetup::of_demo(demo.relayed()?, args.store.as_ref())?;
        (setup, demo_folder) = (relay, Some(folder));
    }
    let console = ConsoleConfig {
        files,
        connect: allowed.into_origins(),
    };
    let mut config = ServerConfig::new(listener, console);
    config.tls = setup.tls.take();
    config.public = setup.public.take();
    config.demo = std::mem::take(&mut demo.connections);
    config.relay = setup.relay.take();
    let server = Server::start(config).await.map_err(not_started)?;
    let links = setup
        .links
        .map(|links| LaunchLinkMaker::new(links, &server));
    let mut line = json!({"console": server.origin()});
    if let (Some(links), Some(line)) = (&links, line.as_object_mut()) {
        line.insert("launch".to_owned(), links.next()?.into());
    }
    print(&format!("{line}\n"))?;
    if let (true, Some(link)) = (args.demo, line["launch"].as_str()) {
        say(&format!(
            "To have runs that go on without the page, open {link}"
        ));
    }
    demo.say_how_to_brake();
    let link_printer = links.map(|links| tokio::spawn(links.print_next()));
    loop {
        tokio::select! {
            () = signals.next() => break,
            () = reloads.next() => reload::reload(&server, args.config.as_deref()).await,
        }
    }
    if let Some(link_printer) = link_printer {
        link_printer.abort();
    }
    server.stop().await;
    demo.say_what_became_of_it();
    if let Some(simulator) = demo.simulator {
        simulator.stop().await;
    }
    drop(demo_folder);
    Ok(Exit::AsAsked)
}

fn is_loopback(listener: &TcpListener) -> bool {
    let addr = listener.local_addr();
    addr.is_ok_and(|addr| addr.ip().is_loopback())
}

fn not_started(error: StartError) -> Failure {
    let hint = match error {
        StartError::Console(_) => console_files::HINT,
        StartError::NotLoopback(_) => {
            ". Use a loopback address for --listen, or configure sign_in in --config FILE"
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
