//! Why the store cannot do something.

use std::fmt;

/// What kept the store from doing something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum StoreErrorKind {
    /// Its place is not one that a store can be in.
    Location,
    /// Another program uses it.
    InUse,
    /// A newer program has written it.
    Newer,
    /// It cannot be opened or reached, or its medium is full or broken. It may work again later.
    Unavailable,
    /// What it holds is not what this program writes.
    Damaged,
}

/// Why the store could not be opened, read or written.
#[derive(Debug, thiserror::Error)]
#[error("{what}")]
pub struct StoreError {
    kind: StoreErrorKind,
    what: String,
    source: Option<sqlx::Error>,
}

impl StoreError {
    pub(crate) fn new(kind: StoreErrorKind, what: impl fmt::Display) -> Self {
        Self {
            kind,
            what: what.to_string(),
            source: None,
        }
    }

    pub(crate) fn because(mut self, source: sqlx::Error) -> Self {
        self.source = Some(source);
        self
    }

    /// Returns the kind of the error.
    pub fn kind(&self) -> StoreErrorKind {
        self.kind
    }
}

/// An error of a statement: the store may work again later.
impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        let kind = match &error {
            sqlx::Error::ColumnDecode { .. }
            | sqlx::Error::ColumnNotFound(_)
            | sqlx::Error::Decode(_) => StoreErrorKind::Damaged,
            _ => StoreErrorKind::Unavailable,
        };
        Self::new(kind, "the store cannot be used").because(error)
    }
}
