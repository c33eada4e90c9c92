//! The journals in this browser: begun before anything is sent, judged when a run is over.

use countermand_client::{Journal, JournalError};
use countermand_console::{
    journal_check::{Check, Checked, JournalStatus, verdict_of},
    past_run::{PastRun, newest_first},
    run_status::RunStatus,
    unfinished::{JournalSupport, ResumeState, UnfinishedRun},
};
use leptos::prelude::*;

use super::{connection::ConnectionHandle, store_signal::StoreSignal};
use crate::platform::{
    clock,
    cooperative_yield::Yielder,
    journals::{self, BrowserJournal, Held, Refusal},
};

/// A journal that is being written, and the lock that keeps other tabs from it.
pub(super) struct Recording {
    pub(super) past: PastRun,
    pub(super) journal: Journal,
    pub(super) held: Held,
}

/// The journals. Copies are the same.
#[derive(Clone, Copy)]
pub struct JournalStore {
    connection: ConnectionHandle,
    /// Whether this browser keeps journals.
    pub support: StoreSignal<JournalSupport>,
    /// The unfinished runs, of this connection and of others.
    pub unfinished: StoreSignal<Vec<UnfinishedRun>>,
    /// The run whose journal was written last.
    last_run: StoredValue<Option<String>>,
}

impl JournalStore {
    pub(super) fn new(connection: ConnectionHandle) -> Self {
        Self {
            connection,
            support: StoreSignal::new(JournalSupport::default()),
            unfinished: StoreSignal::new(Vec::new()),
            last_run: StoredValue::new(None),
        }
    }

    /// Finds out whether this browser keeps journals, and what is unfinished in them.
    pub fn open(self) {
        self.connection.spawn(async move {
            match journals::open().await {
                Ok(()) => {
                    self.support.set(JournalSupport::Supported);
                    self.find_unfinished().await;
                }
                Err(Refusal(reason)) => self.support.set(JournalSupport::Refused(reason)),
            }
        });
    }

    /// Begins the journal of a run over `total` targets. Returns `None` where this browser keeps no journals,
    /// which the person was told.
    ///
    /// # Errors
    /// When the journal cannot be written. Nothing may be sent then.
    pub(super) async fn record(self, total: usize) -> Result<Option<Recording>, Refusal> {
        self.last_run.set_value(None);
        if let JournalSupport::Refused(_) = self.support.get_untracked() {
            return Ok(None);
        }
        let begun = self.begin(total).await;
        if let Err(Refusal(reason)) = &begun {
            self.support.set(JournalSupport::Refused(reason.clone()));
        }
        begun.map(Some)
    }

    async fn begin(self, total: usize) -> Result<Recording, Refusal> {
        let client = self.connection.client();
        let header = client.header();
        let held = journals::hold(&header.run)
            .await
            .ok_or_else(|| Refusal("no lock".to_owned()))?;
        let past = PastRun::begins(&header, clock::now(), total);
        let store = BrowserJournal::create(past.run.clone(), past.to_text());
        let journal = Journal::create(store, client.timer(), header)
            .await
            .map_err(|error| reason_of(&error))?;
        self.set_last_run(&past);
        Ok(Recording {
            past,
            journal,
            held,
        })
    }

    /// Keeps what the journal of a finished run says beside it, and releases its lock.
    pub(super) async fn finish(self, recording: Recording, status: &RunStatus) {
        let Recording { mut past, held, .. } = recording;
        let sealed = matches!(check(&past.run).await, Ok(Ok(checked)) if checked.verdict() == JournalStatus::Sealed);
        keep(&mut past, status, sealed).await;
        drop(held);
        self.find_unfinished().await;
    }

    /// Reads the journals that are not known to be sealed.
    async fn find_unfinished(self) {
        let Ok(texts) = journals::list().await else {
            return;
        };
        let open: Vec<PastRun> = newest_first(&texts)
            .into_iter()
            .filter(|past| !past.sealed)
            .collect();
        let unfinished = open.iter().cloned().map(|past| UnfinishedRun {
            past,
            found: ResumeState::Checking,
        });
        self.unfinished.set(unfinished.collect());
        let running = journals::held_names().await;
        for mut past in open {
            let state = if running.contains(&past.run) {
                ResumeState::Running
            } else {
                self.resume_state(&mut past).await
            };
            self.set_state(&past.run, state);
        }
        self.unfinished
            .update(|all| all.retain(|one| one.found.is_of_interest()));
    }

    async fn resume_state(self, past: &mut PastRun) -> ResumeState {
        let checked = match check(&past.run).await {
            Err(_) => return ResumeState::Unreadable,
            Ok(Err(verdict)) => return ResumeState::NotResumable(verdict),
            Ok(Ok(checked)) => checked,
        };
        let verdict = checked.verdict();
        if verdict == JournalStatus::Sealed {
            // The page was closed between the last line and this.
            let rules = self.connection.severity_rules();
            keep(past, checked.past(rules).status(), true).await;
        }
        let client = self.connection.client();
        let is_ours = client.check_header(checked.run.header()).is_ok();
        ResumeState::of(verdict, is_ours)
    }

    /// Sets what can be done about an unfinished run.
    pub(super) fn set_state(self, run: &str, state: ResumeState) {
        self.unfinished.update(|all| {
            if let Some(one) = all.iter_mut().find(|one| one.past.run == run) {
                one.found = state;
            }
        });
    }

    pub(super) fn set_last_run(self, past: &PastRun) {
        self.last_run.set_value(Some(past.run.clone()));
    }

    /// Returns the run whose journal was written last, if it is unfinished.
    pub(super) fn last_unfinished(self) -> Option<PastRun> {
        let run = self.last_run.get_value();
        self.unfinished.with_untracked(|all| {
            let one = all.iter().find(|one| Some(&one.past.run) == run.as_ref());
            one.map(|one| one.past.clone())
        })
    }
}

/// Returns the runs of this browser that something is left of, as far as can be said without a connection. None where
/// the browser keeps no journals.
pub async fn unfinished_runs() -> Vec<UnfinishedRun> {
    let Ok(()) = journals::open().await else {
        return Vec::new();
    };
    let texts = journals::list().await.unwrap_or_default();
    let running = journals::held_names().await;
    let mut unfinished = Vec::new();
    for past in newest_first(&texts) {
        if past.sealed || running.contains(&past.run) {
            continue;
        }
        if let Ok(Ok(checked)) = check(&past.run).await {
            let found = ResumeState::of(checked.verdict(), false);
            if found.is_of_interest() {
                unfinished.push(UnfinishedRun { past, found });
            }
        }
    }
    unfinished
}

/// Reads a run's journal and checks it, in slices.
///
/// # Errors
/// The outer one when the browser does not give it out, the inner one when it is broken.
pub(super) async fn check(run: &str) -> Result<Result<Checked, JournalStatus>, Refusal> {
    let bytes = journals::read(run).await?;
    let mut yielder = Yielder::begin();
    let mut check = Check::of(bytes);
    while check.step() {
        yielder.yield_if_due().await;
    }
    Ok(check.end().map_err(|broken| verdict_of(&broken)))
}

async fn keep(past: &mut PastRun, status: &RunStatus, sealed: bool) {
    past.ends(clock::now(), status, sealed);
    // Refused, the record stays of an earlier time; the journal is what counts.
    let _ = journals::keep_record(&past.run, &past.to_text()).await;
}

fn reason_of(error: &JournalError) -> Refusal {
    let source = std::error::Error::source(error).map(ToString::to_string);
    Refusal(source.unwrap_or_else(|| error.to_string()))
}
