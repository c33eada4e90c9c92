//! Where a chain is kept, and what can go wrong there.

use std::{error::Error, fmt, sync::Arc};

use countermand_transport::BoxFuture;

/// Where a journal is kept: a file, a browser's database, a test's memory.
pub trait JournalStore: Send + Sync + 'static {
    /// Appends `bytes`, whole lines, and makes them durable. Several calls never run at once.
    ///
    /// # Errors
    /// When they may not be durable. Nothing further is appended then.
    fn append(&self, bytes: Vec<u8>) -> BoxFuture<'_, Result<(), JournalError>>;

    /// After an append that failed: takes away what it may have left, so that the store ends with the last
    /// append that succeeded, and can be appended to again.
    ///
    /// # Errors
    /// When that is not possible, which is what a store says that does not know how.
    fn restore(&self) -> BoxFuture<'_, Result<(), JournalError>> {
        Box::pin(async {
            Err(JournalError::new(
                JournalErrorKind::System,
                "what was half written cannot be taken away here",
            ))
        })
    }
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
/// could not be made durable is tried again only by whoever asks for that ([`Chain::recover`](crate::Chain::recover)).
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
