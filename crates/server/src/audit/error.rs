//! Why an audit cannot be opened.

use std::path::PathBuf;

use countermand_chain::JournalError;
use countermand_core_model::InvalidValue;

/// Why an audit cannot be opened.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AuditError {
    /// Its folder cannot be created.
    #[error("the audit's folder {} cannot be made", .0.display())]
    Folder(PathBuf, #[source] std::io::Error),
    /// The key that signs checkpoints is not one.
    #[error("the audit's key")]
    Key(#[source] InvalidValue),
    /// The file of that key cannot be read or made.
    #[error("the audit's key {} cannot be used", .0.display())]
    KeyFile(PathBuf, #[source] std::io::Error),
    /// It cannot be written.
    #[error(transparent)]
    File(#[from] JournalError),
}
