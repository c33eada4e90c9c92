//! Beginning an audit.

use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
};

use countermand_chain::{Chain, FileJournal, JournalError, JournalStore};
use countermand_transport::SharedTimer;

use super::{Audit, Entry, Seen, Shared, State};
use crate::tasks::Tasks;

impl Audit {
    /// Begins a new file in `folder`, which is made where it is missing. No file is ever gone on with by
    /// another process, so a file without a seal is one whose relay did not end in good order.
    pub(crate) async fn begin(
        folder: &Path,
        timer: SharedTimer,
        tasks: Tasks,
    ) -> Result<Self, AuditError> {
        let unusable = |error| AuditError::Folder(folder.to_owned(), error);
        std::fs::create_dir_all(folder).map_err(unusable)?;
        let now = timer.now().to_string().replace([':', '.'], "");
        let path = folder.join(format!("audit-{now}-{}.ndjson", std::process::id()));
        let file = FileJournal::create(&path).map_err(AuditError::File)?;
        let audit = Self::in_store(file, path, timer, tasks);
        audit
            .write(&Entry::header())
            .await
            .map_err(AuditError::File)?;
        audit.watch_over();
        Ok(audit)
    }

    pub(super) fn in_store(
        store: impl JournalStore,
        path: PathBuf,
        timer: SharedTimer,
        tasks: Tasks,
    ) -> Self {
        Self(Arc::new(Shared {
            chain: Chain::new(store, timer.clone()),
            path,
            timer,
            tasks,
            state: Mutex::new(State::default()),
            seen: Seen::default(),
        }))
    }
}

/// There can be no audit.
#[derive(Debug)]
#[non_exhaustive]
pub enum AuditError {
    /// Its folder cannot be made.
    Folder(PathBuf, std::io::Error),
    /// Its file cannot be written.
    File(JournalError),
}

impl std::fmt::Display for AuditError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Folder(folder, _) => {
                write!(f, "the audit's folder {} cannot be made", folder.display())
            }
            Self::File(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for AuditError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Folder(_, error) => Some(error),
            Self::File(error) => error.source(),
        }
    }
}
