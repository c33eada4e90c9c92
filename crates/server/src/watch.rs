//! Watches the devices of connections, and tells when many of them get a grave command at the same time.
//!
//! One instance watches a connection at a time ([`keeper`]). It looks at devices one after the other, behind everybody else's requests
//! ([`looking`]); what it finds is judged by the client's watch. A surge is written into the audit, answered by a brake where a
//! rule allows it ([`by_rule`]), and told of ([`alarm`]). What it knows is in the store ([`kept`]), so that a restart forgets
//! nothing.

mod alarm;
mod brake;
mod by_rule;
mod config;
mod keeper;
mod kept;
mod looking;
mod room;
mod shared;
mod spell;
#[cfg(test)]
mod tests;

pub use config::WatchConfig;

pub(crate) use by_rule::BrakeByRule;
pub(crate) use room::Watches;
pub(crate) use shared::{WatchDuties, WatchedConnection};
