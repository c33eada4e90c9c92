//! Runs that a server drives: waiting for their end, and telling it from their journal.

mod follow;
mod hints;
mod patience;
mod record;

pub(super) use follow::{Followed, Wanted, fetch_journal, follow};
pub(super) use hints::Hints;
pub(super) use record::check_chain;
