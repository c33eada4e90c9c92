//! The chain in the store, to which all instances add.

use std::sync::Arc;

use countermand_chain::{
    JournalError, JournalErrorKind, JournalStore, Link, Timed,
    line::{add, relink},
};
use countermand_core_model::Timestamp;
use countermand_store::{AuditHead, NewLines, Store, StoreError};
use countermand_transport::{BoxFuture, SharedTimer};
use tokio::sync::Mutex;

use super::{entry::Entry, line::NewLine};

/// Adds one instance's lines to the audit of all. They are linked anew: what they stand behind is known only when they
/// are added.
pub(super) struct StoredChain {
    store: Store,
    timer: SharedTimer,
    /// The batches of an append that failed: of each it is not known whether it was added.
    unsettled: Mutex<Vec<Batch>>,
}

/// Lines that are added together, once.
#[derive(Clone, Debug)]
pub(super) struct Batch {
    id: Vec<u8>,
    lines: Arc<[u8]>,
}

impl Batch {
    fn new(lines: &[u8]) -> Result<Self, JournalError> {
        Ok(Self {
            id: random_id()?,
            lines: lines.into(),
        })
    }
}

impl StoredChain {
    pub(super) fn new(store: Store, timer: SharedTimer) -> Self {
        Self {
            store,
            timer,
            unsettled: Mutex::default(),
        }
    }

    async fn add(&self, lines: Vec<u8>) -> Result<(), JournalError> {
        let mut unsettled = self.unsettled.lock().await;
        let mut rest = lines.as_slice();
        for batch in unsettled.iter() {
            // A chain that failed gives again, and first, all that it gave before.
            rest = rest.strip_prefix(&*batch.lines).ok_or_else(|| {
                let what = "the audit's lines are not those that were given before";
                JournalError::new(JournalErrorKind::System, what)
            })?;
        }
        if !rest.is_empty() {
            unsettled.push(Batch::new(rest)?);
        }
        for batch in unsettled.iter() {
            self.settle(batch).await?;
        }
        unsettled.clear();
        Ok(())
    }

    async fn settle(&self, batch: &Batch) -> Result<(), JournalError> {
        let now = self.timer.now();
        append(&self.store, &batch.id, now, &batch.lines).await
    }
}

impl JournalStore for StoredChain {
    fn append(&self, bytes: Vec<u8>) -> BoxFuture<'_, Result<(), JournalError>> {
        Box::pin(self.add(bytes))
    }

    fn restore(&self) -> BoxFuture<'_, Result<(), JournalError>> {
        // A transaction leaves nothing half written.
        Box::pin(async { Ok(()) })
    }
}

/// Adds lines to the audit in the store, once for each `id`.
pub(super) async fn append(
    store: &Store,
    id: &[u8],
    now: Timestamp,
    lines: &[u8],
) -> Result<(), JournalError> {
    let build = |head: &AuditHead| {
        let mut new = Linking::behind(head, now)?;
        new.count += relink(&mut new.bytes, &mut new.last, lines).ok()?;
        Some(new.done())
    };
    match store.append_audit(id, now, &build).await {
        Ok(Some(_)) => Ok(()),
        Ok(None) => Err(JournalError::new(
            JournalErrorKind::System,
            "the audit in the store does not end as this program writes it",
        )),
        Err(error) => Err(unwritten(error)),
    }
}

pub(super) fn unwritten(error: StoreError) -> JournalError {
    let what = "the audit cannot be written into the store";
    JournalError::new(JournalErrorKind::System, what).because(error)
}

/// Returns a name for a batch.
pub(super) fn random_id() -> Result<Vec<u8>, JournalError> {
    let mut id = vec![0; 16];
    getrandom::fill(&mut id).map_err(|error| {
        let what = "the system gives no random numbers";
        JournalError::new(JournalErrorKind::System, what).because(std::io::Error::from(error))
    })?;
    Ok(id)
}

/// Lines that are linked behind the head.
pub(super) struct Linking {
    pub(super) bytes: Vec<u8>,
    pub(super) last: Link,
    pub(super) count: u64,
}

impl Linking {
    /// Begins behind `head`. An audit without a line gets its header. `None` where the head is damaged.
    pub(super) fn behind(head: &AuditHead, now: Timestamp) -> Option<Self> {
        let mut this = Self {
            bytes: Vec::new(),
            last: match head.lines {
                0 => Link::START,
                _ => Link::parse(&head.last_sha256)?,
            },
            count: 0,
        };
        if head.lines == 0 {
            this.add(now, Entry::header(), None)?;
        }
        Some(this)
    }

    pub(super) fn add(
        &mut self,
        at: Timestamp,
        entry: Entry,
        server: Option<&String>,
    ) -> Option<()> {
        let line = NewLine {
            server: server.cloned(),
            peer: None,
            entry,
        };
        let entry = &line;
        add(&mut self.bytes, &mut self.last, &Timed { at, entry }).ok()?;
        self.count += 1;
        Some(())
    }

    pub(super) fn done(self) -> NewLines {
        NewLines {
            lines: self.count,
            bytes: self.bytes,
            last_sha256: self.last.as_str().to_owned(),
            checkpoint: None,
            notices: Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests;
