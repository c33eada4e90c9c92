//! The journal of a run: what was planned, sent and answered, so that nothing is lost.
//!
//! One JSON object per line, each with the hash of the line before it ([`countermand_chain`]). [`Journal`] writes to
//! any [`JournalStore`], [`read`] reads a journal as a stream, and [`Summary`] counts what is in it. No entry has a
//! field for a key, a token or a command's payload.

mod entry;
mod parse;
mod reader;
mod replay;
mod summary;
#[cfg(test)]
mod tests;
mod writer;

pub(crate) use entry::VERSION;
pub use entry::{AnswerKind, Entry, Header, RecordedAnswer};
pub use reader::{JournalFormat, JournalReader, read};
pub use replay::UnfinishedRun;
pub(crate) use replay::{Replayed, ReplayedCancelAll, ReplayedSweep, ToList};
pub use summary::Summary;
pub use writer::Journal;
