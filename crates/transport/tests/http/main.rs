//! The native backends and timer, against servers that are nothing but a socket.
#![cfg(not(target_arch = "wasm32"))]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test may end the program"
)] // A test may; clippy.toml covers test functions only.
#![allow(
    clippy::duplicate_mod,
    reason = "both backends are held to the same tests"
)]

mod keeping;
mod on_hyper;
mod on_reqwest;
mod server;
mod timer;
