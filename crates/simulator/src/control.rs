//! The address for tests: `/_sim/...`. The crate's documentation explains it with examples.

mod actions;
mod filling;
mod incident;
mod orders;
mod routes;

pub use actions::ControlError;
pub use orders::{AddCommands, Added, FaultStatus, FillFleet, Filled, Incident, SetState};
pub(crate) use routes::router;
