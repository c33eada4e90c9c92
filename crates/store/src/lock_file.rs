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
        let file = only_ours().open(beside(path)).map_err(unusable)?;
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

/// Creates files that only their owner can read: they say who does what to which device.
pub(crate) fn only_ours() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.create(true).truncate(false).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

fn beside(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".lock");
    PathBuf::from(name)
}
