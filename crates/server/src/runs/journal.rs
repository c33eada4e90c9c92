//! The journal of a run, in the store.

use std::{
    sync::{
        Arc, OnceLock,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use countermand_client::{JournalError, JournalErrorKind, JournalStore, RunWatch};
use countermand_store::{Appended, Lease, StoreErrorKind};
use countermand_transport::BoxFuture;

use super::{progress, shared::Shared};

/// How long the store is left alone after it failed.
const FIRST_PAUSE: Duration = Duration::from_millis(250);

/// The longest of these pauses.
const LONGEST_PAUSE: Duration = Duration::from_secs(4);

/// Adds lines for as long as the run is this process's. While the store cannot be written, adding waits: the run sends
/// nothing meanwhile, and no answer is lost.
pub(super) struct StoredJournal {
    shared: Arc<Shared>,
    lease: Lease,
    feed: Arc<super::feed::Feed>,
    /// How many lines are durable.
    lines: AtomicU64,
    /// The run, once it is driven.
    watch: Arc<OnceLock<RunWatch>>,
    is_sweep: bool,
}

impl StoredJournal {
    pub(super) fn new(
        shared: Arc<Shared>,
        lease: Lease,
        feed: Arc<super::feed::Feed>,
        lines: u64,
        watch: Arc<OnceLock<RunWatch>>,
        is_sweep: bool,
    ) -> Self {
        Self {
            shared,
            lease,
            feed,
            lines: AtomicU64::new(lines),
            watch,
            is_sweep,
        }
    }

    async fn add(&self, bytes: Arc<[u8]>) -> Result<(), JournalError> {
        let before = self.lines.load(Ordering::Acquire);
        let count = bytes.iter().filter(|byte| **byte == b'\n').count() as u64;
        if count == 0 {
            return Ok(());
        }
        let progress = progress::words(self.watch.get(), self.is_sweep);
        let mut pause = FIRST_PAUSE;
        loop {
            let added = self
                .shared
                .store
                .append(&self.lease, before, count, &bytes, &progress)
                .await;
            self.shared.note(&added);
            match added {
                Ok(Appended::Done) => {
                    self.lines.store(before + count, Ordering::Release);
                    self.feed.push(before + 1, count, bytes);
                    return Ok(());
                }
                Ok(Appended::Lost) => {
                    let what = "another server has taken the run over";
                    return Err(JournalError::new(JournalErrorKind::InUse, what));
                }
                Err(error) if error.kind() != StoreErrorKind::Unavailable => {
                    let what = "the journal cannot be written into the store";
                    return Err(JournalError::new(JournalErrorKind::System, what).because(error));
                }
                // Whether the lines were added is not known: added again, they are the same lines.
                Err(_) => tokio::time::sleep(pause).await,
            }
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }
}

impl JournalStore for StoredJournal {
    fn append(&self, bytes: Vec<u8>) -> BoxFuture<'_, Result<(), JournalError>> {
        Box::pin(self.add(bytes.into()))
    }
}
