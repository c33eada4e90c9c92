//! The audit: who cancelled what, written before it goes to a vendor, in a chain as a run's journal is.

mod begin;
mod entry;
mod failing;
mod reader;
mod refusals;
mod seen;

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use countermand_chain::{Chain, Entry as _, JournalError, JournalErrorKind};
use countermand_core_model::{CommandState, VendorWord};
use countermand_transport::SharedTimer;

pub use begin::AuditError;
pub use entry::{Answer, Decision, Entry, FORMAT};
pub use reader::{AuditReader, AuditSummary, BrokenAudit, read};

use refusals::Refusals;
use seen::Seen;

use crate::{
    calls::{Cancelling, Sighting},
    tasks::Tasks,
};

/// An audit that is being written. Clones write the same one.
#[derive(Clone, Debug)]
pub(crate) struct Audit(Arc<Shared>);

struct Shared {
    chain: Chain,
    path: PathBuf,
    timer: SharedTimer,
    /// What is written is written by a task of these: nobody who waits for it can break it off.
    tasks: Tasks,
    state: Mutex<State>,
    seen: Seen,
}

#[derive(Debug, Default)]
struct State {
    /// How many cancels have a line.
    cancels: u64,
    answers: BTreeMap<Answer, u64>,
    /// The last line is queued: nothing may follow.
    sealed: bool,
    refusals: Refusals,
    /// Answers that came while nothing could be written. They are written first of all.
    owed: Vec<Entry>,
    /// How many other lines were lost meanwhile.
    unwritten: u64,
    /// The failure was logged.
    is_told: bool,
}

/// A cancel that is about to leave.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Number(u64);

/// What goes with the line that a cancel is about to leave.
#[derive(Clone, Debug)]
pub(crate) struct Sending<'a> {
    pub(crate) who: &'a str,
    pub(crate) connection: &'a str,
    pub(crate) cancelling: &'a Cancelling,
    pub(crate) approval: Option<String>,
}

impl Audit {
    /// The file.
    pub(crate) fn path(&self) -> &Path {
        &self.0.path
    }

    /// Queues a line. Its place among all lines is taken when this returns; it is durable with
    /// [`Self::durable`]. False where nothing can be written.
    pub(crate) fn note(&self, entry: &Entry) -> bool {
        self.put(&mut self.state(), entry)
    }

    /// Makes durable what was queued, even where nobody waits for it any more.
    pub(crate) async fn durable(&self) -> Result<(), JournalError> {
        let this = self.clone();
        let flushing = self.0.tasks.run(async move {
            let flushed = this.0.chain.flush().await;
            if let Err(error) = &flushed {
                this.tell_of(error);
            }
            flushed
        });
        flushing.await.unwrap_or_else(|| Err(ended()))
    }

    /// Writes a line, durably.
    pub(crate) async fn write(&self, entry: &Entry) -> Result<(), JournalError> {
        self.be_well().await?;
        match self.note(entry) {
            true => self.durable().await,
            false => Err(self.failure().unwrap_or_else(ended)),
        }
    }

    /// Writes that a cancel is about to leave. Only when this returns may it.
    ///
    /// `claim` is asked when the line's place is taken: where it says no, nothing is written.
    pub(crate) async fn sending(
        &self,
        sending: Sending<'_>,
        claim: impl FnOnce(&mut dyn FnMut() -> bool) -> bool,
    ) -> Result<Option<Number>, JournalError> {
        self.be_well().await?;
        let (mut queued, mut was_asked) = (None, false);
        claim(&mut || {
            was_asked = true;
            queued = self.queue_sending(&sending);
            queued.is_some()
        });
        let number = match queued {
            Some(number) => number,
            None if was_asked => return Err(self.failure().unwrap_or_else(ended)),
            None => return Ok(None),
        };
        if let Err(error) = self.durable().await {
            // The line may still come to be written, and says then what became of it.
            let word = VendorWord {
                message: Some("it could not be written down before".to_owned()),
                ..VendorWord::default()
            };
            self.note_answer(number, Answer::NotSent, None, word);
            return Err(error);
        }
        if let Some(command) = &sending.cancelling.command {
            self.0.seen.watch(sending.connection, command, number.0);
        }
        Ok(Some(number))
    }

    fn queue_sending(&self, sending: &Sending<'_>) -> Option<Number> {
        let mut state = self.state();
        let number = state.cancels;
        let entry = Entry::Sending {
            cancel: number,
            who: sending.who.to_owned(),
            connection: sending.connection.to_owned(),
            device: sending.cancelling.device.to_string(),
            command: sending.cancelling.command.as_ref().map(ToString::to_string),
            approval: sending.approval.clone(),
        };
        self.put(&mut state, &entry).then_some(Number(number))
    }

    /// Writes what came back. Where that cannot be written, nothing further is sent, and it is written as soon
    /// as there is room; the answer still goes to who asked.
    pub(crate) async fn answered(
        &self,
        number: Number,
        answer: Answer,
        status: Option<u16>,
        word: VendorWord,
    ) {
        self.note_answer(number, answer, status, word);
        // The failure stays with the chain, and stops the next cancel.
        let _ = self.durable().await;
    }

    fn note_answer(
        &self,
        Number(cancel): Number,
        answer: Answer,
        status: Option<u16>,
        word: VendorWord,
    ) {
        let entry = Entry::Answered {
            cancel,
            answer,
            status,
            vendor_code: word.code,
            message: word.message,
            request_id: word.request_id,
        };
        let mut state = self.state();
        if !self.put(&mut state, &entry) {
            state.owed.push(entry.truncated());
        }
    }

    /// Writes that a cancel was not passed on: within a budget, so that nobody fills the disk with what they
    /// may not; beyond it is counted, and said later.
    pub(crate) async fn forbidden(&self, who: &str, entry: &Entry) {
        let is_admitted = {
            let now = self.0.timer.monotonic();
            self.state().refusals.admits(now, who)
        };
        if is_admitted && self.write(entry).await.is_err() {
            self.state().unwritten += 1;
        }
    }

    /// Does anybody have to look at what is read of this connection?
    pub(crate) fn watches(&self, connection: &str) -> bool {
        self.0.seen.watches(connection)
    }

    /// Notes what a reading shows of commands that were cancelled here, and says what is news.
    pub(crate) fn saw(&self, connection: &str, sightings: &[Sighting]) -> Vec<CommandState> {
        let news = self.0.seen.news(connection, sightings);
        for (cancel, sighting) in &news {
            let is_queued = self.note(&Entry::Read {
                cancel: *cancel,
                command: sighting.command.to_string(),
                state: sighting.state,
            });
            if !is_queued {
                self.state().unwritten += 1;
            }
        }
        news.iter().map(|(_, sighting)| sighting.state).collect()
    }

    /// The last line, behind what was only counted until now.
    pub(crate) async fn seal(&self) {
        let _ = self.be_well().await;
        self.note_counted(true);
        {
            let mut state = self.state();
            let sealed = Entry::Sealed {
                cancels: state.cancels,
                answers: state.answers.clone(),
            };
            self.put(&mut state, &sealed);
            state.sealed = true;
        }
        let _ = self.durable().await;
    }

    /// Queues a line, bounded, and counts what it says.
    fn put(&self, state: &mut State, entry: &Entry) -> bool {
        if state.sealed || !self.0.chain.note(&entry.truncated()) {
            return false;
        }
        match entry {
            Entry::Sending { .. } => state.cancels += 1,
            Entry::Answered { answer, .. } => *state.answers.entry(*answer).or_default() += 1,
            _ => {}
        }
        true
    }

    /// Queues how many refusals were only counted.
    fn note_counted(&self, end: bool) {
        let mut state = self.state();
        if state.sealed || self.failure().is_some() {
            return;
        }
        let now = self.0.timer.monotonic();
        for (who, count) in state.refusals.due(now, end) {
            if !self.put(&mut state, &Entry::ForbiddenMore { who, count }) {
                state.unwritten += count;
            }
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Whoever panicked holding it changed nothing by halves.
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How often is looked whether there is room again, and whether something counted is to be said.
const TICK: Duration = Duration::from_secs(2);

fn ended() -> JournalError {
    JournalError::new(
        JournalErrorKind::System,
        "the audit has its last line already",
    )
}

impl std::fmt::Debug for Shared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Shared")
            .field("path", &self.path)
            .field("chain", &self.chain)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
