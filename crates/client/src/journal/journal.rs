//! Writing the journal of a run.

use countermand_chain::{Chain, ChainEnd, JournalError, JournalStore};
use countermand_transport::SharedTimer;

use super::{Entry, Header};

/// A journal that is being written. Clones write the same one.
#[derive(Clone, Debug)]
pub struct Journal(Chain);

impl Journal {
    /// Begins a journal: its header is durable when this returns.
    ///
    /// # Errors
    /// When the header could not be written.
    pub async fn create(
        store: impl JournalStore,
        timer: SharedTimer,
        header: Header,
    ) -> Result<Self, JournalError> {
        let chain = Chain::new(store, timer);
        chain.commit(&Entry::Header(header)).await?;
        Ok(Self(chain))
    }

    /// Goes on with a journal that was read to its `end`, which is not sealed and whose half line, if there
    /// was one, is gone from the store.
    pub fn go_on(store: impl JournalStore, timer: SharedTimer, end: ChainEnd) -> Self {
        Self(Chain::go_on(store, timer, end))
    }

    /// Why it cannot be written any more, where that is so.
    pub fn failure(&self) -> Option<JournalError> {
        self.0.failure()
    }

    /// Queues `entry` behind all that were queued before. It is durable with the next commit or flush, by
    /// which it should not be far to: until then it is held in memory.
    pub(crate) fn note(&self, entry: &Entry) {
        self.0.note(entry);
    }

    /// Queues `entry` and makes it durable, with everything before it.
    ///
    /// # Errors
    /// The journal's first failure, now or earlier.
    pub(crate) async fn commit(&self, entry: &Entry) -> Result<(), JournalError> {
        self.0.commit(entry).await
    }

    /// Makes durable what is queued.
    ///
    /// # Errors
    /// The journal's first failure, now or earlier.
    pub(crate) async fn flush(&self) -> Result<(), JournalError> {
        self.0.flush().await
    }
}
