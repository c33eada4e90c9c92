//! The journal of a run: what was meant, sent and answered, kept so that nothing is lost.
//!
//! One JSON object a line. Each line carries the hash of the line before it ([`countermand_chain`]), so that a
//! change in the middle is found and its line named. That shows accidents and edits; it is no
//! signature: who rewrites the whole file makes a good chain again.
//!
//! [`Journal`] writes, whatever its [`JournalStore`] is; [`read`] reads any of it as a stream, and
//! [`Summary`] counts what is in it. No entry has a field for a key, a token or a command's payload.

mod entry;
// The folder is named after what it is about, and so is the file.
#[expect(
    clippy::module_inception,
    reason = "the journal is what the module is about"
)]
mod journal;
mod parse;
mod reader;
mod replay;
mod summary;
#[cfg(test)]
mod tests;

pub(crate) use entry::VERSION;
pub use entry::{AnswerKind, Entry, Header};
pub use journal::Journal;
pub use reader::{JournalFormat, JournalReader, read};
pub use replay::Unfinished;
pub(crate) use replay::{Replayed, ReplayedCancelAll, ToList};
pub use summary::Summary;
