//! Where a chain is stored, and why storing it fails.

use std::{error::Error, fmt, sync::Arc};

use countermand_transport::BoxFuture;

/// Where a journal is stored: a file, a browser's database, a test's memory.
pub trait JournalStore: Send + Sync + 'static {
    /// Appends whole lines and makes them durable. Never called while another call runs.
    ///
    /// # Errors
    /// When they may not be durable. Nothing more is appended then.
    fn append(&self, bytes: Vec<u8>) -> BoxFuture<'_, Result<(), JournalError>>;

    /// Removes what a failed append may have left, so that the store ends with the last append that succeeded and can
    /// be appended to again.
    ///
    /// # Errors
    /// When that fails, or the store does not support it.
    fn restore(&self) -> BoxFuture<'_, Result<(), JournalError>> {
        Box::pin(async {
            Err(JournalError::new(
                JournalErrorKind::System,
                "what was half written cannot be taken away here",
            ))
        })
    }
}

/// What kept a journal from being created, opened or written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum JournalErrorKind {
    /// Something of that name exists, and is never overwritten.
    AlreadyExists,
    /// There is no such journal.
    Missing,
    /// Another process uses it.
    InUse,
    /// The system refused, for lack of space or permission for example.
    System,
}

/// Why a journal could not be created, opened or written. Nothing is written after the first failure, unless
/// [`Chain::recover`](crate::Chain::recover) is called.
// Its source is the shared error itself, so that it can be downcast; a derived one would be its `Arc`.
#[derive(Clone, Debug)]
pub struct JournalError {
    kind: JournalErrorKind,
    what: Arc<str>,
    source: Option<Arc<dyn Error + Send + Sync>>,
}

impl JournalError {
    /// Returns an error that says what failed ("the journal x.ndjson cannot be written").
    pub fn new(kind: JournalErrorKind, what: impl Into<Arc<str>>) -> Self {
        Self {
            kind,
            what: what.into(),
            source: None,
        }
    }

    /// Returns this error with its cause.
    #[must_use]
    pub fn because(mut self, source: impl Error + Send + Sync + 'static) -> Self {
        self.source = Some(Arc::new(source));
        self
    }

    /// Returns the kind of the error.
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
