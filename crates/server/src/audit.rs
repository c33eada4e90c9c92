//! The audit: who cancelled what, written before it goes to a provider, in a chain as a run's journal is.

mod entry;
mod observed_commands;
mod open;
mod reader;
mod recovery;
mod refusal_budget;
mod writer;

pub use entry::{CancelResponse, Decision, Entry, FORMAT};
pub use open::AuditError;
pub use reader::{AuditFormat, AuditReader, AuditSummary, read};

pub(crate) use writer::{Audit, Number, Sending};

#[cfg(test)]
mod tests;
