//! The native backend and timer, against servers that are nothing but a socket.
#![cfg(not(target_arch = "wasm32"))]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test may end the program"
)] // A test may; clippy.toml covers test functions only.

mod answers;
mod body;
mod cancelling;
mod exactly_once;
mod failures;
mod proxy;
mod server;
mod timer;
