//! The audit: who cancelled what, written before it goes to a vendor, in a chain as a run's journal is.

mod entry;
mod reader;
mod seen;

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use countermand_chain::{Chain, FileJournal, JournalError};
use countermand_core_model::{CommandState, VendorWord};
use countermand_transport::SharedTimer;

pub use entry::{Answer, Decision, Entry, FORMAT};
pub use reader::{AuditReader, AuditSummary, BrokenAudit, read};

use seen::Seen;

use crate::{
    calls::{Cancelling, Sighting},
    tasks::Tasks,
};

/// An audit that is being written.
#[derive(Debug)]
pub(crate) struct Audit {
    chain: Chain,
    path: PathBuf,
    cancels: AtomicU64,
    answers: Mutex<BTreeMap<Answer, u64>>,
    seen: Seen,
}

/// A cancel that is about to leave.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Number(u64);

impl Audit {
    /// Begins a new file in `folder`, which is made where it is missing. No file is ever gone on with, so a
    /// file without a seal is one whose relay did not end in good order.
    pub(crate) async fn begin(folder: &Path, timer: SharedTimer) -> Result<Self, AuditError> {
        let unusable = |error| AuditError::Folder(folder.to_owned(), error);
        std::fs::create_dir_all(folder).map_err(unusable)?;
        let now = timer.now().to_string().replace([':', '.'], "");
        let path = folder.join(format!("audit-{now}-{}.ndjson", std::process::id()));
        let file = FileJournal::create(&path).map_err(AuditError::File)?;
        let audit = Self {
            chain: Chain::new(file, timer),
            path,
            cancels: AtomicU64::new(0),
            answers: Mutex::default(),
            seen: Seen::default(),
        };
        audit
            .write(&Entry::header())
            .await
            .map_err(AuditError::File)?;
        Ok(audit)
    }

    /// The file.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Can it still be written? Where not, nothing is cancelled.
    pub(crate) fn failure(&self) -> Option<JournalError> {
        self.chain.failure()
    }

    /// Writes a line, durably.
    pub(crate) async fn write(&self, entry: &Entry) -> Result<(), JournalError> {
        self.chain.commit(entry).await
    }

    /// Writes lines that belong together, durably.
    pub(crate) async fn write_all(&self, entries: &[Entry]) -> Result<(), JournalError> {
        for entry in entries {
            self.chain.note(entry);
        }
        self.chain.flush().await
    }

    /// Writes that a cancel is about to leave. Only when this returns may it.
    pub(crate) async fn sending(
        &self,
        who: &str,
        connection: &str,
        cancelling: &Cancelling,
        approval: Option<String>,
    ) -> Result<Number, JournalError> {
        let number = self.cancels.fetch_add(1, Ordering::Relaxed);
        let entry = Entry::Sending {
            cancel: number,
            who: who.to_owned(),
            connection: connection.to_owned(),
            device: cancelling.device.to_string(),
            command: cancelling.command.as_ref().map(ToString::to_string),
            approval,
        };
        self.write(&entry).await?;
        if let Some(command) = &cancelling.command {
            self.seen.watch(connection, command, number);
        }
        Ok(Number(number))
    }

    /// Writes what came back. Where that cannot be written, nothing further is sent; this answer still goes
    /// to who asked.
    pub(crate) async fn answered(
        &self,
        Number(cancel): Number,
        answer: Answer,
        status: Option<u16>,
        word: VendorWord,
    ) {
        self.count(answer);
        let VendorWord {
            code,
            message,
            request_id,
        } = word;
        let entry = Entry::Answered {
            cancel,
            answer,
            status,
            vendor_code: code,
            message,
            request_id,
        };
        // The failure stays with the chain, and stops the next cancel.
        let _ = self.write(&countermand_chain::Entry::clipped(&entry)).await;
    }

    fn count(&self, answer: Answer) {
        let mut answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        *answers.entry(answer).or_default() += 1;
    }

    /// Does anybody have to look at what is read of this connection?
    pub(crate) fn watches(&self, connection: &str) -> bool {
        self.seen.watches(connection)
    }

    /// Notes what a reading shows of commands that were cancelled here, and says what is news.
    pub(crate) fn saw(&self, connection: &str, sightings: &[Sighting]) -> Vec<CommandState> {
        let news = self.seen.news(connection, sightings);
        for (cancel, sighting) in &news {
            self.chain.note(&Entry::Read {
                cancel: *cancel,
                command: sighting.command.to_string(),
                state: sighting.state,
            });
        }
        news.iter().map(|(_, sighting)| sighting.state).collect()
    }

    /// Makes durable what was noted, even where nobody waits for it.
    pub(crate) async fn flush(&self, tasks: &Tasks) {
        let chain = self.chain.clone();
        tasks.run(async move { chain.flush().await }).await;
    }

    /// The last line.
    pub(crate) async fn seal(&self) {
        let answers = self
            .answers
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        let sealed = Entry::Sealed {
            cancels: self.cancels.load(Ordering::Relaxed),
            answers,
        };
        let _ = self.write(&sealed).await;
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
