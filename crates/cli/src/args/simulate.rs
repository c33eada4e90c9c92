//! `countermand simulate`.

use std::net::SocketAddr;

use clap::{Args, ValueEnum};
use countermand_simulator::MAX_DEVICES;

/// Run both vendors' servers on this machine, to try things out.
///
/// Prints one line of JSON once it listens: where, with which keys, and which devices there are.
#[derive(Debug, Args)]
pub(crate) struct SimulateArgs {
    /// Where to listen, on this machine only; port 0 picks a free one
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:0")]
    pub(crate) listen: SocketAddr,
    /// How many devices each vendor has
    #[arg(long, value_name = "N", default_value_t = 12, value_parser = clap::value_parser!(u32).range(1..=MAX_DEVICES as i64))]
    pub(crate) devices: u32,
    /// What devices, commands and keys are made from
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(crate) seed: u64,
    /// Whether pages of other origins may call it
    #[arg(long, value_enum, default_value_t)]
    pub(crate) cors: CorsSwitch,
    /// Let new commands keep arriving
    #[arg(long)]
    pub(crate) traffic: bool,
    /// Whether its time goes by itself, or is stepped through /_sim/clock/advance
    #[arg(long, value_enum, default_value_t)]
    pub(crate) clock: Clock,
}

/// Whether pages of other origins may call.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub(crate) enum CorsSwitch {
    /// They may.
    #[default]
    On,
    /// They may not.
    Off,
}

/// What moves the simulator's time.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub(crate) enum Clock {
    /// The machine's clock.
    #[default]
    Real,
    /// Whoever steps it; it starts at the machine's time.
    Manual,
}
