//! The journal of a run. Its file exists before anything is sent, and is removed if nothing was started.

use std::path::{Path, PathBuf};

use countermand_client::{
    FileJournal, Header, Journal, JournalError, JournalErrorKind, JournalStore,
};

use crate::{
    failure::{Failure, in_words},
    output::say,
    run_folder::RunFolder,
    settings::Session,
    shell::quoted_path,
};

/// The number of cancels from which a run without a journal is warned about.
pub(in crate::commands) const MANY: usize = 50;

/// Warns that a run of so many cancels has no journal.
pub(in crate::commands) fn say_without_a_journal(cancels: usize) {
    say(&format!(
        "Sending {cancels} cancels without a journal: if interrupted, this run cannot be resumed. Leave out --no-journal to keep one."
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
pub(in crate::commands) struct NewJournal {
    /// Taken when the run starts.
    file: Option<FileJournal>,
    /// Its first line, if its name was made from it.
    header: Option<Header>,
}

impl NewJournal {
    /// Creates the journal of a run: the named file, or else one in the user's folder unless `no_journal` forbids it. A
    /// server keeps the journals of its runs, and only a file that was named gets a copy.
    pub(in crate::commands) fn of_run(
        session: &Session,
        named: Option<&Path>,
        no_journal: bool,
    ) -> Result<Option<Self>, Failure> {
        match named {
            Some(path) => Self::create(path).map(Some),
            None if no_journal || session.server.is_some() => Ok(None),
            None => Self::create_by_default(session).map(Some),
        }
    }

    /// Creates the file. An existing one is never overwritten.
    pub(in crate::commands) fn create(path: &Path) -> Result<Self, Failure> {
        Ok(Self {
            file: Some(FileJournal::create(path)?),
            header: None,
        })
    }

    /// Creates a file in the user's folder, named after the run.
    ///
    /// # Errors
    /// Wrong usage: going on without a journal is for the user to decide.
    fn create_by_default(session: &Session) -> Result<Self, Failure> {
        let folder = RunFolder::of_user().map_err(|failure| no_default(failure.message()))?;
        folder.create().map_err(|error| {
            no_default(&format!(
                "cannot create {}: {error}",
                folder.path().display()
            ))
        })?;
        let header = session.client.header();
        let file = FileJournal::create(&folder.journal(&header.run))
            .map_err(|error| no_default(&in_words(&error)))?;
        Ok(Self {
            file: Some(file),
            header: Some(header),
        })
    }

    /// Starts the journal of a run over this session's connection.
    pub(in crate::commands) async fn begin(
        mut self,
        session: &Session,
    ) -> Result<Recording, Failure> {
        let Some(file) = self.file.take() else {
            return Err(Failure::before_sending("The journal was already started."));
        };
        let path = file.path().to_owned();
        let by_default = self.header.is_some();
        let header = self.header.take();
        let header = header.unwrap_or_else(|| session.client.header());
        match Journal::create(file, session.timer.clone(), header).await {
            Ok(journal) => Ok(Recording {
                journal,
                path,
                given: session.given.clone(),
                by_default,
            }),
            Err(error) => {
                // Not even its first line is complete: it is useless.
                let _ = std::fs::remove_file(&path);
                Err(match by_default {
                    true => no_default(&in_words(&error)),
                    false => error.into(),
                })
            }
        }
    }
}

/// There can be no journal in the user's folder.
fn no_default(why: &str) -> Failure {
    Failure::usage(format!(
        "Cannot keep a journal: {why}. Nothing was sent. Use --journal FILE for another place, or --no-journal to cancel \
         without one."
    ))
}

impl NewJournal {
    /// Keeps a journal that a server has written.
    pub(in crate::commands) async fn keep(mut self, bytes: Vec<u8>) -> Result<(), JournalError> {
        match self.file.take() {
            Some(file) if !bytes.is_empty() => file.append(bytes).await,
            file => {
                self.file = file;
                Ok(())
            }
        }
    }
}

impl Drop for NewJournal {
    fn drop(&mut self) {
        if let Some(file) = self.file.take()
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
    /// Whether nobody named the file, so that its path is worth saying.
    pub(in crate::commands) by_default: bool,
}

impl Recording {
    /// Returns how to go on with a run that is not finished.
    pub(in crate::commands) fn hint(&self) -> String {
        let path = quoted_path(&self.path);
        format!(
            "The journal {path} is unfinished. To continue: countermand resume {path}{}",
            self.given
        )
    }

    /// Removes the file: there is nothing to resume.
    pub(in crate::commands) fn discard(self) {
        let Self { journal, path, .. } = self;
        drop(journal);
        if let Err(error) = std::fs::remove_file(&path) {
            say(&format!("{}: {error}", path.display()));
        }
    }
}
