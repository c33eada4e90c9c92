//! What the contract tests stand on: the clients as they are shipped, against the simulator, over real
//! HTTP on loopback, in a time that the test owns.
//!
//! - [`Stage`]: a simulator on a clock that only moves when everything waits for it, and clients of both
//!   vendors that live by the same clock.
//! - [`Wire`]: the backend of those clients; it notes every exchange, so that a test can say what went over
//!   the wire and in which order.
//! - [`Running`]: runs, each held to [`rows`]: what holds for the rows of every run, whatever happened.

// This package is tests and nothing else: where a test cannot go on, it should stop and say where.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test may end the program"
)]

mod paper;
pub mod rows;
mod runs;
mod simulated_time;
mod stage;
mod wire;

pub use paper::{Break, Paper};
pub use runs::{BrokenOff, Running};
pub use simulated_time::SimulatedTime;
pub use stage::{
    BOTH, Keys, Stage, answers, cancel_of, everything_on, get_of, list_of, seen_as, these,
};
pub use wire::{Exchange, Wire};
