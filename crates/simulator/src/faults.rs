//! Faults on demand.

mod corrupt;
mod fault;
pub(crate) mod rules;

pub(crate) use corrupt::{Corrupted, corrupt};
pub use fault::{Fault, FaultKind, FaultMatch};
