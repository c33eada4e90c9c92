//! Support for the contract tests: the clients as they are shipped, against the simulator, over real
//! HTTP on loopback, in a time that the test owns.
//!
//! - [`TestBed`]: a simulator on a clock that only moves when everything waits for it, and clients of both
//!   vendors that live by the same clock.
//! - [`Wire`]: the backend of those clients; it notes every exchange, so that a test can say what went over
//!   the wire and in which order.
//! - [`TestRun`]: runs, each held to [`rows`]: what holds for the rows of every run, whatever happened.

// This package is tests and nothing else: where a test cannot go on, it should stop and say where.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test may end the program"
)]

mod failing_store;
pub mod rows;
mod simulated_time;
mod test_bed;
mod test_run;
mod wire;

pub use failing_store::{Break, FailingStore};
pub use simulated_time::SimulatedTime;
pub use test_bed::{
    BOTH, Keys, TestBed, cancel_of, everything_on, expected_state, get_of, http_answer, list_of,
    targets_of,
};
pub use test_run::{Interrupted, TestRun};
pub use wire::{Exchange, Wire};
