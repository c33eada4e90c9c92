//! `countermand simulate`: both providers' servers on this machine.

use std::{
    net::SocketAddr,
    time::{SystemTime, UNIX_EPOCH},
};

use clap::{Args, ValueEnum};
use countermand_simulator::{ClockMode, Config, Cors, MAX_DEVICES, Simulator, StartError};

use crate::{
    exit::Exit,
    failure::{Failure, in_words},
    output::print,
    signals::Signals,
};

/// Run both providers' servers on this machine, to try things out.
///
/// Prints one line of JSON once it listens: the addresses, the keys and the devices.
#[derive(Debug, Args)]
pub(crate) struct SimulateArgs {
    /// Address to listen on, on this machine only; port 0 picks a free port
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:0")]
    listen: SocketAddr,
    /// Number of devices per provider
    #[arg(long, value_name = "N", default_value_t = 12, value_parser = clap::value_parser!(u32).range(1..=MAX_DEVICES as i64))]
    devices: u32,
    /// Seed for the devices, commands and keys
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// Whether pages of other origins may call it
    #[arg(long, value_enum, ignore_case = true, default_value_t)]
    cors: CorsSwitch,
    /// Keep new commands arriving
    #[arg(long)]
    traffic: bool,
    /// Whether time runs by itself, or is stepped through /_sim/clock/advance
    #[arg(long, value_enum, ignore_case = true, default_value_t)]
    clock: Clock,
}

/// Whether pages of other origins may call.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum CorsSwitch {
    /// They may.
    #[default]
    On,
    /// They may not.
    Off,
}

/// What moves the simulator's time.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum Clock {
    /// The machine's clock.
    #[default]
    Real,
    /// Requests to the simulator. It starts at the machine's time.
    Manual,
}

/// Runs until it is told to stop.
pub(super) async fn run(args: &SimulateArgs) -> Result<Exit, Failure> {
    only_this_machine(args.listen)?;
    // Caught before the line that says it runs, so that it always stops cleanly.
    let mut signals = Signals::catch().map_err(uncaught)?;
    let simulator = start(Config {
        listen: args.listen,
        devices: usize::try_from(args.devices).unwrap_or(usize::MAX),
        seed: args.seed,
        cors: match args.cors {
            CorsSwitch::On => Cors::On,
            CorsSwitch::Off => Cors::Off,
        },
        clock: match args.clock {
            Clock::Real => ClockMode::Real,
            Clock::Manual => ClockMode::Manual { start_ms: now_ms() },
        },
        traffic: args.traffic,
        control: true,
    })
    .await?;
    let line = serde_json::to_string(&simulator.description())
        .map_err(|error| Failure::before_sending(error.to_string()))?;
    print(&format!("{line}\n"))?;
    signals.next().await;
    simulator.stop().await;
    Ok(Exit::AsAsked)
}

/// Starts a simulator.
pub(super) async fn start(config: Config) -> Result<Simulator, Failure> {
    Simulator::start(config).await.map_err(|error| {
        let message = in_words(&error);
        match error {
            StartError::TooManyDevices { .. } => Failure::usage(message),
            _ => Failure::before_sending(message),
        }
    })
}

/// Catches the signals that stop a server which reloads its files on SIGHUP.
pub(super) fn catch_but_hang_up() -> Result<Signals, Failure> {
    Signals::catch_but_hang_up().map_err(uncaught)
}

fn uncaught(error: std::io::Error) -> Failure {
    Failure::before_sending(format!("Cannot catch signals: {error}"))
}

/// Refuses an address that other machines can reach.
pub(super) fn only_this_machine(listen: SocketAddr) -> Result<(), Failure> {
    if listen.ip().is_loopback() {
        return Ok(());
    }
    Err(Failure::usage(format!(
        "--listen {listen}: the simulator has no authentication. Use a loopback address."
    )))
}

fn now_ms() -> i64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .ok()
        .and_then(|since| i64::try_from(since.as_millis()).ok())
        .unwrap_or_default()
}
