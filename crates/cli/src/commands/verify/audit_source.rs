//! Where an audit log is read from.

use std::{
    fmt,
    io::{self, BufRead, BufReader, Read},
    path::PathBuf,
};

use countermand_server::{StoreLocation, audit::next_lines};
use countermand_store::Store;
use tokio::runtime::Handle;

use super::file;
use crate::failure::{Failure, in_words};

/// A file, or a store.
#[derive(Clone, Debug)]
pub(super) enum AuditSource {
    File(PathBuf),
    Store(Store, StoreLocation),
}

impl AuditSource {
    /// Opens a store beside the server that may be working with it.
    pub(super) async fn open(location: &StoreLocation) -> Result<Self, Failure> {
        let unusable = |error: &(dyn std::error::Error + 'static)| Failure::usage(in_words(error));
        let store = Store::open_beside(location).await;
        let store = store.map_err(|error| unusable(&error))?;
        let first = next_lines(&store, 1).await;
        match first.map_err(|error| unusable(&error))? {
            Some(_) => Ok(Self::Store(store, location.clone())),
            None => Err(Failure::usage(format!(
                "The store {location} has no audit log yet."
            ))),
        }
    }

    /// Returns the lines. May only be read where blocking is allowed.
    pub(super) fn lines(&self) -> Result<Box<dyn BufRead>, Failure> {
        Ok(match self {
            Self::File(path) => Box::new(file::open(path)?),
            Self::Store(store, _) => Box::new(BufReader::new(StoredLines {
                store: store.clone(),
                next: 1,
                part: io::Cursor::default(),
            })),
        })
    }
}

/// Names it without a password.
impl fmt::Display for AuditSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => write!(f, "{}", path.display()),
            Self::Store(_, location) => write!(f, "in {location}"),
        }
    }
}

struct StoredLines {
    store: Store,
    /// The number of the line behind the part.
    next: u64,
    part: io::Cursor<Vec<u8>>,
}

impl Read for StoredLines {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.part.read(buffer)?;
        if read > 0 || buffer.is_empty() {
            return Ok(read);
        }
        let part = Handle::current().block_on(next_lines(&self.store, self.next));
        let Some((bytes, next)) = part.map_err(io::Error::other)? else {
            return Ok(0);
        };
        (self.part, self.next) = (io::Cursor::new(bytes), next);
        self.part.read(buffer)
    }
}
