//! Serves the console on its own origin, and beside it a relay that holds the providers' credentials, so that no
//! page ever sees them.
//!
//! The relay forwards the endpoints in use to named upstreams, and nothing else: a request is parsed into a call of
//! one of these endpoints, and a new request is made from the call. The relay authenticates people ([`access`]),
//! writes each cancel to the [`audit`] before it leaves, and lets a second person approve where a connection wants it.
//!
//! [`Server`] is the whole. [`Relay::router`] is the relay alone, for programs that mount it themselves.

pub mod access;
mod access_log;
mod addresses;
mod approvals;
pub mod audit;
mod brake_rules;
mod connection;
pub mod console;
mod context;
mod forwarding;
#[cfg(feature = "fuzzing")]
#[doc(hidden)]
pub mod fuzzing;
mod listener;
mod lock;
mod metrics;
pub mod notices;
mod openapi;
mod own_origin;
mod pipeline;
mod provider;
mod relay;
mod request_body;
mod request_peer;
mod response;
mod routes;
mod runs;
mod server;
mod sweep_terms;
mod tasks;
mod validate_origin;
mod watch;

pub use connection::{ConnectionConfig, ConnectionName, KeySource};
pub use console::{ConsoleConfig, Files, Origin};
pub use countermand_core_model::Keys;
pub use countermand_relay_api::{ApprovalRule, RequiredNotes};
pub use countermand_store::{StoreError, StoreLocation};
pub use forwarding::{Renewal, UpstreamError};
pub use listener::{TlsError, TlsFiles};
pub use relay::{Relay, RelayConfig, RelayStartError};
pub use runs::{NoRuleBrake, RuleBrake};
pub use server::{Server, ServerConfig, StartError};
pub use watch::WatchConfig;
