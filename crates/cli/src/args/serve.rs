//! `countermand serve`.

use std::{net::SocketAddr, path::PathBuf};

use clap::Args;
use countermand_relay::console::Origin;

/// Serve the console on this machine.
///
/// Prints one line of JSON once it listens: {"console":"http://..."}.
#[derive(Debug, Args)]
pub(crate) struct ServeArgs {
    /// Run the simulator beside it, and offer both its vendors as connections
    #[arg(long)]
    pub(crate) demo: bool,
    /// Where to listen, on this machine only; port 0 picks a free one
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8080")]
    pub(crate) listen: SocketAddr,
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
