//! Writes the audit.

use std::{
    collections::BTreeMap,
    net::IpAddr,
    sync::{Arc, Mutex, MutexGuard},
    time::Duration,
};

use countermand_chain::{Chain, Entry as _, JournalError, JournalErrorKind};
use countermand_core_model::{CommandState, ProviderDetail};
use countermand_transport::SharedTimer;

use super::{
    entry::{CancelResponse, Entry},
    line::NewLine,
    observed_commands::Seen,
    refusal_budget::Refusals,
    upkeep::Upkeep,
};
use crate::{
    lock::lock,
    provider::{CancelTarget, ObservedState},
    request_peer,
    tasks::Tasks,
};

/// An audit that is being written. Clones write the same one.
#[derive(Clone)]
pub(crate) struct Audit(pub(super) Arc<Shared>);

pub(super) struct Shared {
    pub(super) chain: Chain,
    /// Who writes: each line says it.
    pub(super) server: Option<String>,
    pub(super) upkeep: Option<Upkeep>,
    pub(super) timer: SharedTimer,
    /// Writing runs in these, so that no client interrupts it.
    pub(super) tasks: Tasks,
    pub(super) state: Mutex<State>,
    pub(super) seen: Seen,
}

#[derive(Default)]
pub(super) struct State {
    /// How many cancels were written.
    pub(super) cancels: u64,
    pub(super) answers: BTreeMap<CancelResponse, u64>,
    /// The last line is queued: nothing may follow.
    pub(super) sealed: bool,
    pub(super) refusals: Refusals,
    /// Responses that came while nothing could be written. They are written first.
    pub(super) owed: Vec<(Option<IpAddr>, Entry)>,
    /// How many other lines were lost meanwhile.
    pub(super) unwritten: u64,
    /// Whether the failure was logged.
    pub(super) is_told: bool,
}

/// The number of a cancel.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Number(u64);

/// What the line says of a cancel that is about to leave.
#[derive(Clone, Debug)]
pub(crate) struct Sending<'a> {
    pub(crate) who: &'a str,
    pub(crate) connection: &'a str,
    pub(crate) target: &'a CancelTarget,
}

impl Audit {
    /// Queues a line. Its place among all lines is fixed when this returns; it is durable after [`Self::flush`].
    /// Returns `false` where nothing can be written.
    pub(crate) fn queue(&self, entry: &Entry) -> bool {
        self.put(&mut self.state(), entry)
    }

    /// Makes queued lines durable, even where the returned future is dropped.
    pub(crate) async fn flush(&self) -> Result<(), JournalError> {
        let this = self.clone();
        let flushing = self.0.tasks.run(async move {
            let flushed = this.0.chain.flush().await;
            if let Err(error) = &flushed {
                this.log_failure(error);
            }
            flushed
        });
        flushing.await.unwrap_or_else(|| Err(ended()))
    }

    /// Writes a line, durably.
    pub(crate) async fn write(&self, entry: &Entry) -> Result<(), JournalError> {
        self.ensure_writable().await?;
        match self.queue(entry) {
            true => self.flush().await,
            false => Err(self.failure().unwrap_or_else(ended)),
        }
    }

    /// Writes that a cancel is about to leave. It may leave only after this returns.
    pub(crate) async fn sending(&self, sending: Sending<'_>) -> Result<Number, JournalError> {
        self.ensure_writable().await?;
        let Some(number) = self.queue_sending(&sending) else {
            return Err(self.failure().unwrap_or_else(ended));
        };
        if let Err(error) = self.flush().await {
            // The line may still come to be written, and says then what became of it.
            let word = ProviderDetail {
                message: Some("it could not be written down before".to_owned()),
                ..ProviderDetail::default()
            };
            self.queue_answer(number, CancelResponse::NotSent, None, word);
            return Err(error);
        }
        if let Some(command) = &sending.target.command {
            self.0.seen.watch(sending.connection, command, number.0);
        }
        Ok(number)
    }

    fn queue_sending(&self, sending: &Sending<'_>) -> Option<Number> {
        let mut state = self.state();
        let number = state.cancels;
        let entry = Entry::Sending {
            cancel: number,
            who: sending.who.to_owned(),
            connection: sending.connection.to_owned(),
            device: sending.target.device.to_string(),
            command: sending.target.command.as_ref().map(ToString::to_string),
            approval: None,
        };
        self.put(&mut state, &entry).then_some(Number(number))
    }

    /// Writes the response to a cancel. Where that fails, nothing further is sent, and the line is written as soon as
    /// possible; the response still goes to the client.
    pub(crate) async fn record_response(
        &self,
        number: Number,
        answer: CancelResponse,
        status: Option<u16>,
        word: ProviderDetail,
    ) {
        self.queue_answer(number, answer, status, word);
        // The failure stays with the chain, and stops the next cancel.
        let _ = self.flush().await;
    }

    fn queue_answer(
        &self,
        Number(cancel): Number,
        answer: CancelResponse,
        status: Option<u16>,
        word: ProviderDetail,
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
            let owed = (request_peer::current(), entry.truncated());
            state.owed.push(owed);
        }
    }

    /// Writes that a cancel was refused, within the budget of refusals; beyond it the refusal is counted.
    pub(crate) async fn forbidden(&self, who: &str, entry: &Entry) {
        let is_admitted = {
            let now = self.0.timer.monotonic();
            self.state().refusals.admits(now, who)
        };
        if is_admitted && self.write(entry).await.is_err() {
            self.state().unwritten += 1;
        }
    }

    /// Returns whether commands of a connection are watched.
    pub(crate) fn watches(&self, connection: &str) -> bool {
        self.0.seen.watches(connection)
    }

    /// Writes the new states of commands that were cancelled here, and returns them.
    pub(crate) fn record_observed(
        &self,
        connection: &str,
        observed_states: &[ObservedState],
    ) -> Vec<CommandState> {
        let news = self.0.seen.news(connection, observed_states);
        for (cancel, observed) in &news {
            let is_queued = self.queue(&Entry::Read {
                cancel: *cancel,
                command: observed.command.to_string(),
                state: observed.state,
            });
            if !is_queued {
                self.state().unwritten += 1;
            }
        }
        news.iter().map(|(_, observed)| observed.state).collect()
    }

    /// Writes the counts that are due, the last line of this server, and a checkpoint behind it.
    pub(crate) async fn seal(&self) {
        let _ = self.ensure_writable().await;
        self.note_counted(true);
        {
            let mut state = self.state();
            let stopped = Entry::ServerStopped {
                cancels: state.cancels,
                answers: state.answers.clone(),
            };
            self.put(&mut state, &stopped);
            state.sealed = true;
        }
        if let Err(error) = self.checkpoint().await {
            self.log_failure(&error);
        }
    }

    /// Queues a line, with truncated texts, and counts it.
    pub(super) fn put(&self, state: &mut State, entry: &Entry) -> bool {
        self.put_for(request_peer::current(), state, entry)
    }

    /// As [`Self::put`], for a request that came from there.
    pub(super) fn put_for(&self, peer: Option<IpAddr>, state: &mut State, entry: &Entry) -> bool {
        let says_itself = matches!(entry, Entry::SignInFailed { .. });
        let line = NewLine {
            server: self.0.server.clone(),
            peer: peer.filter(|_| !says_itself),
            entry: entry.truncated(),
        };
        if state.sealed || !self.0.chain.note(&line) {
            return false;
        }
        match entry {
            Entry::Sending { .. } => state.cancels += 1,
            Entry::Answered { answer, .. } => *state.answers.entry(*answer).or_default() += 1,
            _ => {}
        }
        true
    }

    /// Queues the counts of refusals that are due.
    pub(super) fn note_counted(&self, end: bool) {
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

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.0.state)
    }
}

/// How often recovery is tried, and counts are checked.
pub(super) const TICK: Duration = Duration::from_secs(2);

pub(super) fn ended() -> JournalError {
    JournalError::new(
        JournalErrorKind::System,
        "the audit has its last line already",
    )
}
