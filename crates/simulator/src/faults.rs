//! Faults on demand: which requests they are about, and what happens to these.

mod corrupt;
mod fault;
pub(crate) mod rules;

pub(crate) use corrupt::{Corrupted, corrupt};
pub use fault::{Fault, FaultKind, FaultMatch};
