//! The audit: who cancelled what, written before it goes to a provider, in a chain as a run's journal is.
//!
//! All instances that share a store add to one chain in it, in the order in which they commit. Each hour and at the end
//! of each run, the end of the chain is signed: whoever rewrites what was before cannot sign it again.

mod checkpoint;
mod checkpointing;
mod config;
mod earlier_files;
mod entry;
mod error;
mod line;
mod observed_commands;
mod open;
mod reader;
mod recovery;
mod refusal_budget;
mod signed_note;
mod stored_chain;
mod stored_lines;
mod upkeep;
mod writer;

pub use checkpoint::Checkpoint;
pub use config::AuditConfig;
pub use countermand_chain::Link;
pub use earlier_files::file_sha256;
pub use entry::{BrakeRuleEvent, CancelResponse, Decision, Entry, FORMAT};
pub use error::AuditError;
pub use line::AuditLine;
pub use reader::{AuditFormat, AuditReader, AuditSummary, read};
pub use signed_note::{NoteKey, NoteSigner, SignedNote};
pub use stored_lines::{next_lines, record};

pub(crate) use writer::{Audit, Sending};

#[cfg(test)]
mod tests;
