//! Writing: lines are queued in order, and made durable many at a time.

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

/// A line longer than this is written anew with its texts shortened.
const LONG: usize = 1 << 20;

/// What can stand in a line.
pub trait Entry: Serialize {
    /// The same with its longest texts shortened, so that the line can be read back.
    #[must_use]
    fn truncated(&self) -> Self;
}

/// Shortens a text that is longer than `most` bytes, between two characters, and marks that.
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

/// A line's time and entry, as they stand in it.
#[derive(Debug, Serialize)]
pub struct Timed<'a, E> {
    /// When it was written.
    pub at: Timestamp,
    /// What it says.
    #[serde(flatten)]
    pub entry: &'a E,
}

/// A chain that is being written. Clones write the same one.
#[derive(Clone)]
pub struct Chain {
    shared: Arc<Shared>,
}

struct Shared {
    timer: SharedTimer,
    queue: Mutex<Queue>,
    /// Held by whoever appends; one append then makes durable what all who wait for it have queued. Whoever
    /// stops waiting leaves the append here, and the next one waits for its end first.
    appending: async_lock::Mutex<Option<Append>>,
    store: Arc<dyn JournalStore>,
}

/// An append under way.
struct Append {
    done: BoxFuture<'static, Result<(), JournalError>>,
    /// How many lines are durable with it.
    queued: u64,
    /// What it writes, to be written again where it failed.
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
    /// A new one: nothing is written yet.
    pub fn new(store: impl JournalStore, timer: SharedTimer) -> Self {
        Self::behind(Link::START, store, timer)
    }

    /// Goes on with one that was read to its `end`, which is not sealed and whose half line, if there was
    /// one, is gone from the store.
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

    /// Why it cannot be written any more, where that is so.
    pub fn failure(&self) -> Option<JournalError> {
        self.queue().failed.clone()
    }

    /// Queues `entry` behind all that were queued before. It is durable with the next commit or flush, by
    /// which it should not be far to: until then it is held in memory. False where the chain has failed: the
    /// entry is then not queued.
    pub fn note(&self, entry: &impl Entry) -> bool {
        self.push(entry).is_some()
    }

    /// After a failure: has the store take away what it may have written by halves, and writes again what was
    /// queued by then. Where that succeeds, the chain goes on as if nothing had been.
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

    /// Queues `entry` and makes it durable, with everything before it.
    ///
    /// # Errors
    /// Its first failure, now or earlier.
    pub async fn commit(&self, entry: &impl Entry) -> Result<(), JournalError> {
        match self.push(entry) {
            Some(place) => self.make_durable(place).await,
            None => self.flush().await,
        }
    }

    /// Makes durable what is queued.
    ///
    /// # Errors
    /// Its first failure, now or earlier.
    pub async fn flush(&self) -> Result<(), JournalError> {
        let place = self.queue().queued;
        self.make_durable(place).await
    }

    /// Queues `entry`, and says the how many'th line it is; none where the chain has failed.
    fn push(&self, entry: &impl Entry) -> Option<u64> {
        let mut queue = self.queue();
        if queue.failed.is_some() {
            return None;
        }
        // Read while the queue is held, so that the lines' times are in their order.
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

    /// Several may wait, and any of them may stop waiting at any time: an append that was begun is never lost
    /// sight of.
    async fn make_durable(&self, place: u64) -> Result<(), JournalError> {
        let mut appending = self.shared.appending.lock().await;
        loop {
            if let Some(append) = appending.as_mut() {
                let appended = (&mut append.done).await;
                // From here on nothing waits, so nothing can be broken off.
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
        // Whoever panicked holding it changed nothing by halves: a line is added whole or not at all.
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

    /// Notes how an append ended. What it did not make durable is kept, before what was queued since.
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
