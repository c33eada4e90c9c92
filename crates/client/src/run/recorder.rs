//! Writes the steps of a run into its journal, if it has one.

use crate::{
    JournalError,
    journal::{Entry, Journal},
};

/// After how many lines a plan is made durable, so that it does not pile up in memory.
const LINES_AT_ONCE: usize = 4096;

/// Writes into the journal of a run.
#[derive(Debug)]
pub(super) struct Recorder(Option<Journal>);

impl Recorder {
    pub(super) fn new(journal: Option<Journal>) -> Self {
        Self(journal)
    }

    /// Records an entry, durable with the next flush.
    pub(super) fn note(&self, entry: impl FnOnce() -> Entry) {
        if let Some(journal) = &self.0 {
            journal.chain().note(&entry());
        }
    }

    /// Makes what was recorded durable.
    pub(super) async fn flush(&self) -> Result<(), JournalError> {
        match &self.0 {
            Some(journal) => journal.chain().flush().await,
            None => Ok(()),
        }
    }

    /// Records the plan: the entries of the numbers below `count`, then the others, and that it is complete. Nothing
    /// is sent before this is durable.
    pub(super) async fn note_plan(
        &self,
        count: usize,
        entry: impl Fn(usize) -> Option<Entry>,
        others: impl FnOnce() -> Vec<Entry>,
    ) -> Result<(), JournalError> {
        let Some(chain) = self.0.as_ref().map(Journal::chain) else {
            return Ok(());
        };
        for number in 0..count {
            if let Some(entry) = entry(number) {
                chain.note(&entry);
            }
            if number % LINES_AT_ONCE == LINES_AT_ONCE - 1 {
                chain.flush().await?;
            }
        }
        for entry in others() {
            chain.note(&entry);
        }
        chain.commit(&Entry::Planned { targets: count }).await
    }
}
