//! The journal of a run. Its file exists before anything is sent, and is removed if nothing was started.

use std::path::{Path, PathBuf};

use countermand_client::{FileJournal, Journal, JournalError, JournalErrorKind, JournalStore};

use crate::{
    failure::{Failure, in_words},
    output::say,
    settings::Session,
};

/// The number of cancels from which a run without a journal is warned about.
pub(in crate::commands) const MANY: usize = 50;

/// Warns that a run of so many cancels has no journal.
pub(in crate::commands) fn say_without_a_journal(cancels: usize) {
    say(&format!(
        "{cancels} cancels without a journal: if interrupted, this run cannot be resumed; use --journal FILE to keep one"
    ));
}

impl From<JournalError> for Failure {
    fn from(error: JournalError) -> Self {
        let words = in_words(&error);
        match error.kind() {
            JournalErrorKind::AlreadyExists | JournalErrorKind::Missing => Self::usage(words),
            _ => Self::before_sending(words),
        }
    }
}

/// The file of a new journal, still empty. It is removed if the run does not start.
#[derive(Debug)]
pub(in crate::commands) struct NewJournal(Option<FileJournal>);

impl NewJournal {
    /// Creates the file. An existing one is never overwritten.
    pub(in crate::commands) fn create(path: &Path) -> Result<Self, Failure> {
        Ok(Self(Some(FileJournal::create(path)?)))
    }

    /// Starts the journal of a run over this session's connection.
    pub(in crate::commands) async fn begin(
        mut self,
        session: &Session,
    ) -> Result<Recording, Failure> {
        let Some(file) = self.0.take() else {
            return Err(Failure::before_sending("the journal was already started"));
        };
        let path = file.path().to_owned();
        let header = session.client.header();
        match Journal::create(file, session.timer.clone(), header).await {
            Ok(journal) => Ok(Recording {
                journal,
                path,
                given: session.given.clone(),
            }),
            Err(error) => {
                // Not even its first line is complete: it is useless.
                let _ = std::fs::remove_file(&path);
                Err(error.into())
            }
        }
    }
}

impl NewJournal {
    /// Keeps a journal that a server has written.
    pub(in crate::commands) async fn keep(mut self, bytes: Vec<u8>) -> Result<(), JournalError> {
        match self.0.take() {
            Some(file) if !bytes.is_empty() => file.append(bytes).await,
            file => {
                self.0 = file;
                Ok(())
            }
        }
    }
}

impl Drop for NewJournal {
    fn drop(&mut self) {
        if let Some(file) = self.0.take()
            && let Err(error) = file.discard()
        {
            say(&in_words(&error));
        }
    }
}

/// A journal that is being written.
#[derive(Debug)]
pub(in crate::commands) struct Recording {
    pub(in crate::commands) journal: Journal,
    pub(in crate::commands) path: PathBuf,
    /// The options of the connection as they were given, to be repeated in hints.
    pub(in crate::commands) given: String,
}

impl Recording {
    /// Removes the file: there is nothing to resume.
    pub(in crate::commands) fn discard(self) {
        let Self { journal, path, .. } = self;
        drop(journal);
        if let Err(error) = std::fs::remove_file(&path) {
            say(&format!("{}: {error}", path.display()));
        }
    }
}
