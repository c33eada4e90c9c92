//! A chain of lines: one JSON object a line, each with the SHA-256 of the line before it.
//!
//! A run's journal, a saved plan and the server's audit are such chains. [`Chain`] writes lines in order and makes many
//! durable at a time; [`ChainReader`] reads them back and names the line that was changed, lost, doubled or moved;
//! [`ChainFollower`] checks the lines of a chain that is still being written. What a line says is left to a
//! [`ChainFormat`].
//!
//! A chain shows accidents and edits in the middle. It is not a signature: whoever rewrites the whole file makes a valid
//! chain again.

mod chain;
#[cfg(feature = "file")]
mod file;
pub mod line;
mod reader;
mod store;

pub use chain::{Chain, Entry, Timed, truncate};
#[cfg(feature = "file")]
pub use file::{FileJournal, sync_folder_of};
pub use line::{ChainEnd, ChainError, Link};
pub use reader::{ChainFollower, ChainFormat, ChainReader, check_opening};
pub use store::{JournalError, JournalErrorKind, JournalStore};
