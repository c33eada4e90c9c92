//! What serves the console on its own origin, and a relay beside it that holds the vendors' credentials, so
//! that no page ever sees them.
//!
//! The relay sends the endpoints in use to named upstreams, and nothing else: a request is read into a call
//! of one of these endpoints and made anew from it. It asks who somebody is ([`access`]), writes down each
//! cancel before it leaves ([`audit`]), and where a connection wants it, lets a second person approve.
//!
//! [`Server`] is the whole; [`Relay::router`] is the relay alone, for programs that mount it themselves.

pub mod access;
mod answers;
mod approvals;
pub mod audit;
mod calls;
pub mod console;
#[cfg(feature = "fuzzing")]
#[doc(hidden)]
pub mod fuzzing;
mod metrics;
mod relay;
mod server;
mod tasks;
mod upstream;

pub use console::{ConsoleConfig, Files, Origin};
pub use countermand_core_model::Keys;
pub use countermand_relay_api::ApprovalRule;
pub use relay::{Relay, RelayConfig, StartError as RelayStartError};
pub use server::{Server, ServerConfig, StartError, TlsError, TlsFiles};
pub use upstream::{ConnectionConfig, ConnectionName, NoUpstream};
