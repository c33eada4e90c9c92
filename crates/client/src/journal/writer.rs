//! Writes the journal of a run.

use countermand_chain::{Chain, ChainEnd, JournalError, JournalStore};
use countermand_transport::SharedTimer;

use super::{Entry, Header};

/// A journal that is being written. Clones share it.
#[derive(Clone, Debug)]
pub struct Journal(Chain);

impl Journal {
    /// Begins a journal. Its header is durable when this returns.
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

    /// Continues a journal that was read to its `end`. It must not be sealed, and a torn last line must have been
    /// removed.
    pub fn go_on(store: impl JournalStore, timer: SharedTimer, end: ChainEnd) -> Self {
        Self(Chain::go_on(store, timer, end))
    }

    /// Returns why it cannot be written any more, if so.
    pub fn failure(&self) -> Option<JournalError> {
        self.0.failure()
    }

    /// Makes every line durable that was written so far.
    ///
    /// # Errors
    /// The first failure of the journal.
    pub async fn flush(&self) -> Result<(), JournalError> {
        self.0.flush().await
    }

    /// Returns the chain of its lines.
    pub(crate) fn chain(&self) -> &Chain {
        &self.0
    }
}
