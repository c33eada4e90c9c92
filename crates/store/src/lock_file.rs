//! One program at a time works with a file of SQLite.

use std::{
    fs::{File, OpenOptions, TryLockError},
    io,
    path::{Path, PathBuf},
};

use crate::{StoreError, StoreErrorKind};

/// Held by the program that uses a file of SQLite. The lock is on a file beside it: SQLite's own locks would be lost
/// with any other handle of the same file.
#[derive(Debug)]
pub(crate) struct LockFile {
    _locked: File,
}

impl LockFile {
    /// Locks the store in `path`.
    ///
    /// # Errors
    /// When another program holds the lock, or the folder cannot be written.
    pub(crate) fn acquire(path: &Path) -> Result<Self, StoreError> {
        let unusable = |error: io::Error| {
            let what = format!("the store {} cannot be written: {error}", path.display());
            StoreError::new(StoreErrorKind::Unavailable, what)
        };
        let file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(beside(path))
            .map_err(unusable)?;
        match file.try_lock() {
            Ok(()) => Ok(Self { _locked: file }),
            Err(TryLockError::WouldBlock) => {
                let what = format!(
                    "another program uses the store {}: give each its own, or one PostgreSQL database to all",
                    path.display()
                );
                Err(StoreError::new(StoreErrorKind::InUse, what))
            }
            Err(TryLockError::Error(error)) => Err(unusable(error)),
        }
    }
}

fn beside(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".lock");
    PathBuf::from(name)
}
