//! The journal of a run: its file is there before anything is sent, and gone where nothing was begun.

use std::path::{Path, PathBuf};

use countermand_client::{FileJournal, Journal, JournalError, JournalErrorKind};

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

/// Why a journal could not be made, opened or written, before anything was sent.
impl From<JournalError> for Failure {
    fn from(error: JournalError) -> Self {
        let words = in_words(&error);
        match error.kind() {
            JournalErrorKind::AlreadyExists | JournalErrorKind::Missing => Self::usage(words),
            _ => Self::before_sending(words),
        }
    }
}

/// A new journal's file, with nothing in it yet. It goes where the run does not begin.
#[derive(Debug)]
pub(in crate::commands) struct NewJournal(Option<FileJournal>);

impl NewJournal {
    /// Makes the file; one that is there is never written over.
    pub(in crate::commands) fn create(path: &Path) -> Result<Self, Failure> {
        Ok(Self(Some(FileJournal::create(path)?)))
    }

    /// Begins the journal of a run over this session's connection.
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
                // Not even its first line is whole: it is of no use to anybody.
                let _ = std::fs::remove_file(&path);
                Err(error.into())
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
    /// The options of the connection, as they were given: what a hint must repeat.
    pub(in crate::commands) given: String,
}

impl Recording {
    /// Takes the file away: there is nothing in it to go on with.
    pub(in crate::commands) fn discard(self) {
        let Self { journal, path, .. } = self;
        drop(journal);
        if let Err(error) = std::fs::remove_file(&path) {
            say(&format!("{}: {error}", path.display()));
        }
    }
}
