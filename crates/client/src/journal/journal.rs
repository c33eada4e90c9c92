//! Writing: lines are queued in order, and made durable many at a time.

use std::{
    error::Error,
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use countermand_transport::{BoxFuture, SharedTimer};

use super::{
    ChainEnd, Entry, Header,
    entry::Timed,
    line::{self, Link},
};

/// A line longer than this is written anew with its texts shortened.
const LONG: usize = 1 << 20;

/// Where a journal is kept: a file, a browser's database, a test's memory.
pub trait JournalStore: Send + Sync + 'static {
    /// Appends `bytes`, whole lines, and makes them durable. Several calls never run at once.
    ///
    /// # Errors
    /// When they may not be durable. Nothing further is appended then.
    fn append(&self, bytes: Vec<u8>) -> BoxFuture<'_, Result<(), JournalError>>;
}

/// What kept a journal from being made, opened or written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum JournalErrorKind {
    /// There is something of that name already, and it is never written over.
    AlreadyExists,
    /// There is no such journal.
    Missing,
    /// Another process works with it.
    InUse,
    /// The system refused: no space, no permission, ...
    System,
}

/// A journal could not be made, opened or written. The first failure of a journal is its last: what
/// could not be made durable is not tried again.
#[derive(Clone, Debug)]
pub struct JournalError {
    kind: JournalErrorKind,
    what: Arc<str>,
    source: Option<Arc<dyn Error + Send + Sync>>,
}

impl JournalError {
    /// An error with what was tried in words ("the journal x.ndjson cannot be written").
    pub fn new(kind: JournalErrorKind, what: impl Into<Arc<str>>) -> Self {
        Self {
            kind,
            what: what.into(),
            source: None,
        }
    }

    /// This error with the system's reason.
    #[must_use]
    pub fn because(mut self, source: impl Error + Send + Sync + 'static) -> Self {
        self.source = Some(Arc::new(source));
        self
    }

    /// What kind of error it is.
    pub fn kind(&self) -> JournalErrorKind {
        self.kind
    }
}

impl fmt::Display for JournalError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)
    }
}

impl Error for JournalError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.source
            .as_deref()
            .map(|source| source as &(dyn Error + 'static))
    }
}

/// A journal that is being written. Clones write the same one.
#[derive(Clone)]
pub struct Journal {
    shared: Arc<Shared>,
}

struct Shared {
    timer: SharedTimer,
    queue: Mutex<Queue>,
    /// Held by whoever appends; one append then makes durable what all who wait for it have queued.
    appending: async_lock::Mutex<()>,
    store: Box<dyn JournalStore>,
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
        let journal = Self::behind(Link::START, store, timer);
        journal.commit(&Entry::Header(header)).await?;
        Ok(journal)
    }

    /// Goes on with a journal that was read to its `end`, which is not sealed and whose half line, if there
    /// was one, is gone from the store.
    pub fn go_on(store: impl JournalStore, timer: SharedTimer, end: ChainEnd) -> Self {
        Self::behind(end.last, store, timer)
    }

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
                appending: async_lock::Mutex::new(()),
                store: Box::new(store),
            }),
        }
    }

    /// Why it cannot be written any more, where that is so.
    pub fn failure(&self) -> Option<JournalError> {
        self.queue().failed.clone()
    }

    /// Queues `entry` behind all that were queued before. It is durable with the next commit or flush, by
    /// which it should not be far to: until then it is held in memory.
    pub(crate) fn note(&self, entry: &Entry) {
        self.push(entry);
    }

    /// Queues `entry` and makes it durable, with everything before it.
    ///
    /// # Errors
    /// The journal's first failure, now or earlier.
    pub(crate) async fn commit(&self, entry: &Entry) -> Result<(), JournalError> {
        let place = self.push(entry);
        self.make_durable(place).await
    }

    /// Makes durable what is queued.
    ///
    /// # Errors
    /// The journal's first failure, now or earlier.
    pub(crate) async fn flush(&self) -> Result<(), JournalError> {
        let place = self.queue().queued;
        self.make_durable(place).await
    }

    /// Queues `entry`, and says the how many'th line it is.
    fn push(&self, entry: &Entry) -> u64 {
        let mut queue = self.queue();
        if queue.failed.is_some() {
            return queue.queued;
        }
        // Read while the queue is held, so that the lines' times are in their order.
        let at = self.shared.timer.now();
        let Queue { bytes, last, .. } = &mut *queue;
        let (start, before) = (bytes.len(), *last);
        let mut added = line::add(bytes, last, &Timed { at, entry });
        if bytes.len() - start > LONG {
            bytes.truncate(start);
            *last = before;
            let entry = &entry.clipped();
            added = line::add(bytes, last, &Timed { at, entry });
        }
        if let Err(error) = added {
            let what = "a line of the journal cannot be put into words";
            queue.fail(JournalError::new(JournalErrorKind::System, what).because(error));
        }
        queue.queued += 1;
        queue.queued
    }

    async fn make_durable(&self, place: u64) -> Result<(), JournalError> {
        let _appending = self.shared.appending.lock().await;
        let (bytes, queued) = {
            let mut queue = self.queue();
            if let Some(error) = &queue.failed {
                return Err(error.clone());
            }
            if queue.durable >= place {
                return Ok(());
            }
            (std::mem::take(&mut queue.bytes), queue.queued)
        };
        // Should this be dropped half way, nobody knows what of it was written.
        let unfinished = Unfinished(self);
        let appended = self.shared.store.append(bytes).await;
        std::mem::forget(unfinished);
        let mut queue = self.queue();
        match appended {
            Ok(()) => {
                queue.durable = queued;
                Ok(())
            }
            Err(error) => {
                queue.fail(error.clone());
                Err(error)
            }
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
        self.bytes = Vec::new();
        self.failed.get_or_insert(error);
    }
}

/// An append that nobody saw the end of.
struct Unfinished<'a>(&'a Journal);

impl Drop for Unfinished<'_> {
    fn drop(&mut self) {
        self.0.queue().fail(JournalError::new(
            JournalErrorKind::System,
            "writing the journal was broken off",
        ));
    }
}

impl fmt::Debug for Journal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let queue = self.queue();
        f.debug_struct("Journal")
            .field("queued", &queue.queued)
            .field("durable", &queue.durable)
            .field("failed", &queue.failed)
            .finish_non_exhaustive()
    }
}
