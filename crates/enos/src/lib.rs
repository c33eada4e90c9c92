//! A typed client for the device commands of the EnOS Connect Service.
//!
//! It decodes whatever the provider's documents allow, keeps the provider's code, message and request id
//! in every error and every answer to a cancel, and never takes a 200 for more than "accepted". An
//! answer about another command or another device is an error.
//!
//! [`Enos`] sends the calls over a transport with [`Signed`] below it, which gets the access token and
//! signs every attempt anew. [`endpoints`] are the single calls, without I/O.

mod auth;
mod client;
mod convert;
pub mod endpoints;
mod errors;
#[cfg(feature = "fuzzing")]
#[doc(hidden)]
pub mod fuzzing;
pub mod signature;
mod state;
mod wire;

pub use auth::{Credentials, Signed, TokenUnavailable, authenticate};
pub use client::Enos;
pub use errors::Code;
