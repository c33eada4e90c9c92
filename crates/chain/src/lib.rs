//! A chain of lines: one JSON object a line, each with the SHA-256 of the line before it.
//!
//! What a run's journal, a kept plan and the relay's audit have in common: [`Chain`] writes lines in
//! order and makes them durable, many at a time; [`Lines`] reads them back and names the line that was
//! changed, lost, doubled or moved. What the lines say is none of its business.
//!
//! A chain shows accidents and edits in the middle. It is no signature: who rewrites the whole makes a
//! good one again.

mod chain;
#[cfg(feature = "file")]
mod file;
pub mod line;
mod store;

pub use chain::{Chain, Entry, Timed, truncate};
#[cfg(feature = "file")]
pub use file::{FileJournal, sync_folder_of};
pub use line::{ChainBreak, ChainEnd, Lines, Link};
pub use store::{JournalError, JournalErrorKind, JournalStore};
