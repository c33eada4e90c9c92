//! The client over a fake transport: what it sends, what it makes of every answer, what it never shows.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, reason = "what prepares a test may fail it")]

mod cancelling;
mod decoding;
mod devices;
mod errors;
mod gateway;
mod paging;
mod properties;
mod repeats;
mod secrets;
mod setup;
mod signing;
mod tokens;
