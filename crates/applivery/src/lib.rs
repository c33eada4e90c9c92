//! A typed client for the device commands of Applivery's Android Enterprise management.
//!
//! It decodes what the provider's documents leave open, and never turns a gap into a claim: a
//! command that contradicts itself is `unknown`, an accepted cancel is not a cancelled command, an
//! answer about another command is an error, and a list without its items is not an empty list. Nothing here does I/O: an [`endpoints`] type makes a request and decodes a response, and
//! [`Applivery`] sends it over any [`Transport`](countermand_transport::Transport).

mod auth;
mod client;
mod code;
mod convert;
mod device;
mod duration;
pub mod endpoints;
mod errors;
mod every_device;
mod newest_first;
mod signs;
mod state;
mod wire;

pub use auth::authenticate;
pub use client::Applivery;
pub use code::Code;
pub use countermand_core_model::applivery::{CommandId, DeviceId, OrganizationId};
pub use countermand_transport::Bearer;
pub use endpoints::OrganizationFound;

/// The provider's base URL. A tenant may have another domain.
pub const DEFAULT_BASE_URL: &str = "https://api.applivery.io/v1";
