//! The configuration of a simulator.

use std::net::{Ipv4Addr, SocketAddr};

use serde::{Deserialize, Serialize};

/// The configuration of a simulator.
#[derive(Clone, Debug)]
pub struct Config {
    /// The address to listen on; port 0 picks a free one. Default `127.0.0.1:0`.
    pub listen: SocketAddr,
    /// How many devices each provider has, at most [`MAX_DEVICES`]. Default 12.
    pub devices: usize,
    /// What the fleet, the identifiers, the keys and the faults by chance are made from.
    pub seed: u64,
    /// Whether pages of other origins may call it. Default on.
    pub cors: Cors,
    /// What moves the commands. Default the real clock.
    pub clock: ClockMode,
    /// Whether new commands keep arriving on some of the devices, for a demonstration. Default no.
    pub traffic: bool,
    /// Whether the control address `/_sim/...` is served. It asks for no key, so a simulator that is
    /// reachable by others should leave it off. Default yes.
    pub control: bool,
}

/// The most devices that a provider can have: identifiers carry the device's number in 22 bits.
pub const MAX_DEVICES: usize = 1 << 22;

impl Default for Config {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            devices: 12,
            seed: 1,
            cors: Cors::On,
            clock: ClockMode::Real,
            traffic: false,
            control: true,
        }
    }
}

/// Whether pages of other origins may call the providers' addresses.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cors {
    /// Preflights are answered for any origin, and `Retry-After` is exposed.
    #[default]
    On,
    /// No header of CORS at all, and OPTIONS is refused.
    Off,
}

/// What the simulator's time is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ClockMode {
    /// The machine's clock.
    #[default]
    Real,
    /// A clock that stands still until it is stepped.
    ///
    /// The client's clock usually is not stepped along, so the age of a signed request is not
    /// checked unless [`Options::enos_clock_window_ms`](crate::Options::enos_clock_window_ms) is set.
    Manual {
        /// Where it starts, in milliseconds since 1970.
        start_ms: i64,
    },
}
