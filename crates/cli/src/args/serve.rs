//! `countermand serve`.

use std::{net::SocketAddr, path::PathBuf};

use clap::{Args, ValueEnum};
use countermand_server::console::Origin;

/// How requests are told of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum LogForm {
    /// One JSON object a line
    Json,
    /// For people
    Text,
    /// Not at all, unless RUST_LOG asks for it
    Off,
}

/// Serve the console, with a relay that holds the keys.
///
/// Without --config, the connections are the profiles of the configuration, for this machine alone. Prints one
/// line of JSON once it listens: {"console":"http://..."}; with a relay for this machine alone it also has
/// "launch", a link that opens the console with these connections once.
#[derive(Debug, Args)]
pub(crate) struct ServeArgs {
    /// Run the simulator beside it, and offer both its vendors as connections
    #[arg(long)]
    pub(crate) demo: bool,
    /// Where to listen; port 0 picks a free one. Other addresses than this machine's own need a way to sign in
    /// [default: 127.0.0.1:8080, or what --config says]
    #[arg(long, value_name = "ADDR")]
    pub(crate) listen: Option<SocketAddr>,
    /// Relay the connections of this file (TOML), to whoever it lets in
    #[arg(long, value_name = "FILE", conflicts_with_all = ["demo", "connections"])]
    pub(crate) config: Option<PathBuf>,
    /// Tell of each request on standard error: json, text or off [default: text with --config, else off]
    #[arg(long, value_name = "FORM")]
    pub(crate) log: Option<LogForm>,
    /// The folder with the built console, instead of the one in this program; a program that was built without
    /// one serves ./dist
    #[arg(long, value_name = "DIR")]
    pub(crate) dist: Option<PathBuf>,
    /// Print the console's manifest (version, commit, and the SHA-256 of each file) and end
    #[arg(long)]
    pub(crate) print_manifest: bool,
    /// Offer the connections in this file, of the form of /connections.json: {"demo":[{"name","provider",
    /// "base_url","org","token" or "app_key" and "app_secret","devices"}]}. Whoever opens the page can read
    /// what is in it: keys of simulators only
    #[arg(long, value_name = "FILE", conflicts_with = "demo")]
    pub(crate) connections: Option<PathBuf>,
    /// Hosts that the page may talk to, beside Applivery's and those of the profiles
    #[arg(long, value_name = "ORIGIN", num_args = 1..)]
    pub(crate) connect: Vec<Origin>,
}
