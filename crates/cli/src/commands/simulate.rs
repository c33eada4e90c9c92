//! `countermand simulate`: both vendors' servers on this machine.

use std::{
    net::SocketAddr,
    time::{SystemTime, UNIX_EPOCH},
};

use countermand_simulator::{ClockMode, Config, Cors, Simulator, StartError};

use crate::{
    args::{Clock, CorsSwitch, SimulateArgs},
    exit::Exit,
    failure::{Failure, in_words},
    output::print,
    signals::Signals,
};

/// Runs until it is told to stop.
pub(crate) async fn run(args: &SimulateArgs) -> Result<Exit, Failure> {
    only_this_machine(args.listen)?;
    // Caught before anybody is told that it runs, so that stopping it is always clean.
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

/// The signals that stop a server for which SIGHUP means that it is to read its files again.
pub(super) fn catch_but_hang_up() -> Result<Signals, Failure> {
    Signals::catch_but_hang_up().map_err(uncaught)
}

fn uncaught(error: std::io::Error) -> Failure {
    Failure::before_sending(format!("signals cannot be waited for: {error}"))
}

/// Refuses an address that others could reach.
pub(super) fn only_this_machine(listen: SocketAddr) -> Result<(), Failure> {
    if listen.ip().is_loopback() {
        return Ok(());
    }
    Err(Failure::usage(format!(
        "--listen {listen}: others could reach it, and there is no authentication: take a loopback address"
    )))
}

fn now_ms() -> i64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .ok()
        .and_then(|since| i64::try_from(since.as_millis()).ok())
        .unwrap_or_default()
}
