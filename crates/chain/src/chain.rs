//! Writes chains: lines are queued in order, and many are made durable at once.

use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use countermand_core_model::Timestamp;
use countermand_transport::{BoxFuture, SharedTimer};
use serde::Serialize;

use crate::{
    JournalError, JournalErrorKind, JournalStore,
    line::{self, ChainEnd, Link},
};

/// A longer line is written with its texts shortened.
const LONG: usize = 1 << 20;

/// The contents of a line.
pub trait Entry: Serialize {
    /// Returns a copy with its longest texts shortened, so that the line can be read back.
    #[must_use]
    fn truncated(&self) -> Self;
}

/// Shortens a text of more than `most` bytes at a character boundary, and marks it.
pub fn truncate(text: &mut String, most: usize) {
    if text.len() > most {
        let mut end = most;
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        text.truncate(end);
        text.push('…');
    }
}

/// The time and the entry of a line.
#[derive(Debug, Serialize)]
pub struct Timed<'a, E> {
    /// When it was written.
    pub at: Timestamp,
    /// What it says.
    #[serde(flatten)]
    pub entry: &'a E,
}

/// A chain that is being written. Clones share it.
#[derive(Clone)]
pub struct Chain {
    shared: Arc<Shared>,
}

struct Shared {
    timer: SharedTimer,
    queue: Mutex<Queue>,
    /// Held by the task that appends for all that wait. A task that stops waiting leaves its append here, and the
    /// next one completes it.
    appending: async_lock::Mutex<Option<Append>>,
    store: Arc<dyn JournalStore>,
}

/// An append under way.
struct Append {
    done: BoxFuture<'static, Result<(), JournalError>>,
    /// How many lines are durable with it.
    queued: u64,
    /// What it writes, to be written again if it failed.
    bytes: Arc<[u8]>,
}

/// Lines that are not durable yet.
struct Queue {
    bytes: Vec<u8>,
    last: Link,
    /// How many lines were ever queued.
    queued: u64,
    /// How many of them are durable.
    durable: u64,
    failed: Option<JournalError>,
}

impl Chain {
    /// Returns a new chain without a line.
    pub fn new(store: impl JournalStore, timer: SharedTimer) -> Self {
        Self::behind(Link::START, store, timer)
    }

    /// Continues a chain that was read to its `end`. It must not be sealed, and a torn last line must have been
    /// removed.
    pub fn go_on(store: impl JournalStore, timer: SharedTimer, end: ChainEnd) -> Self {
        Self::behind(end.last, store, timer)
    }

    #[allow(
        clippy::arc_with_non_send_sync,
        reason = "a browser's futures are not Send, and its one thread needs no such bound"
    )]
    fn behind(last: Link, store: impl JournalStore, timer: SharedTimer) -> Self {
        Self {
            shared: Arc::new(Shared {
                timer,
                queue: Mutex::new(Queue {
                    bytes: Vec::new(),
                    last,
                    queued: 0,
                    durable: 0,
                    failed: None,
                }),
                appending: async_lock::Mutex::new(None),
                store: Arc::new(store),
            }),
        }
    }

    /// Returns why it cannot be written any more, if so.
    pub fn failure(&self) -> Option<JournalError> {
        self.queue().failed.clone()
    }

    /// Queues an entry. It is held in memory until the next commit or flush. Returns false if the chain has failed
    /// and the entry was not queued.
    pub fn note(&self, entry: &impl Entry) -> bool {
        self.push(entry).is_some()
    }

    /// Has the store remove what a failed append may have left, and writes again what was queued. If that succeeds,
    /// the chain can be written as before.
    ///
    /// # Errors
    /// Why it still cannot be written.
    pub async fn recover(&self) -> Result<(), JournalError> {
        {
            let appending = self.shared.appending.lock().await;
            let is_sound = appending.is_none() && self.failure().is_some();
            if is_sound {
                self.shared.store.restore().await?;
                self.queue().failed = None;
            }
        }
        self.flush().await
    }

    /// Queues an entry and makes the queue durable.
    ///
    /// # Errors
    /// The first failure of the chain.
    pub async fn commit(&self, entry: &impl Entry) -> Result<(), JournalError> {
        match self.push(entry) {
            Some(place) => self.make_durable(place).await,
            None => self.flush().await,
        }
    }

    /// Makes the queue durable.
    ///
    /// # Errors
    /// The first failure of the chain.
    pub async fn flush(&self) -> Result<(), JournalError> {
        let place = self.queue().queued;
        self.make_durable(place).await
    }

    /// Queues an entry and returns its number; `None` if the chain has failed.
    fn push(&self, entry: &impl Entry) -> Option<u64> {
        let mut queue = self.queue();
        if queue.failed.is_some() {
            return None;
        }
        // Read while the queue is locked, so that the times are in order.
        let at = self.shared.timer.now();
        let Queue { bytes, last, .. } = &mut *queue;
        let (start, before) = (bytes.len(), *last);
        let mut added = line::add(bytes, last, &Timed { at, entry });
        if bytes.len() - start > LONG {
            bytes.truncate(start);
            *last = before;
            let entry = &entry.truncated();
            added = line::add(bytes, last, &Timed { at, entry });
        }
        if let Err(error) = added {
            let what = "a line of the journal cannot be put into words";
            queue.fail(JournalError::new(JournalErrorKind::System, what).because(error));
            return None;
        }
        queue.queued += 1;
        Some(queue.queued)
    }

    /// Several tasks may wait here, and any may stop at any time. An append that was begun is always completed.
    async fn make_durable(&self, place: u64) -> Result<(), JournalError> {
        let mut appending = self.shared.appending.lock().await;
        loop {
            if let Some(append) = appending.as_mut() {
                let appended = (&mut append.done).await;
                // Nothing waits from here on, so nothing can be interrupted.
                if let Some(append) = appending.take() {
                    self.queue().settle(&append, appended);
                }
            }
            let mut queue = self.queue();
            if let Some(error) = &queue.failed {
                return Err(error.clone());
            }
            if queue.durable >= place {
                return Ok(());
            }
            let bytes: Arc<[u8]> = std::mem::take(&mut queue.bytes).into();
            let store = Arc::clone(&self.shared.store);
            *appending = Some(Append {
                queued: queue.queued,
                done: {
                    let bytes = bytes.to_vec();
                    Box::pin(async move { store.append(bytes).await })
                },
                bytes,
            });
        }
    }

    fn queue(&self) -> MutexGuard<'_, Queue> {
        // A line is added completely or not at all, even by a thread that panicked.
        self.shared
            .queue
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl Queue {
    fn fail(&mut self, error: JournalError) {
        self.failed.get_or_insert(error);
    }

    /// Takes in the result of an append. What is not durable stays queued, before the newer lines.
    fn settle(&mut self, append: &Append, appended: Result<(), JournalError>) {
        match appended {
            Ok(()) => self.durable = append.queued,
            Err(error) => {
                self.bytes.splice(..0, append.bytes.iter().copied());
                self.fail(error);
            }
        }
    }
}

impl fmt::Debug for Chain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let queue = self.queue();
        f.debug_struct("Chain")
            .field("queued", &queue.queued)
            .field("durable", &queue.durable)
            .field("failed", &queue.failed)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
