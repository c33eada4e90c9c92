//! The layers, on a fake transport and a fake clock: one suite, natively and in a headless browser.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test may end the program"
)] // A test may; clippy.toml covers test functions only.

mod clocks;
mod event_log;
mod order;
mod probe;
mod rate;
mod rate_queue;
mod rate_retry_after;
mod requests;
mod retry;
mod retry_wait;
mod target;
mod timeout;
mod trace;
mod transports;
