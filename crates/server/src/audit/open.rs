//! Opening an audit.

use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
};

use countermand_chain::{Chain, FileJournal, JournalError, JournalStore};
use countermand_transport::SharedTimer;

use super::{
    entry::Entry,
    observed_commands::Seen,
    writer::{Audit, Shared, State},
};
use crate::tasks::Tasks;

impl Audit {
    /// Creates a new file in `folder`, which is created where it is missing. No process continues the file of another
    /// one, so a file without a seal means that its relay did not stop cleanly.
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

/// Why an audit cannot be opened.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AuditError {
    /// Its folder cannot be created.
    #[error("the audit's folder {} cannot be made", .0.display())]
    Folder(PathBuf, #[source] std::io::Error),
    /// Its file cannot be written.
    #[error(transparent)]
    File(#[from] JournalError),
}
