//! The journal of a run: begun before anything is sent, and judged when the run is over.

use countermand_client::{Journal, JournalError};
use countermand_console::{
    journal_check::{Check, Checked, JournalStatus, verdict_of},
    past_run::{PastRun, newest_first},
    run_status::RunStatus,
    unfinished::{JournalSupport, ResumeState, UnfinishedRun},
};
use leptos::prelude::*;

use super::Console;
use crate::platform::{
    clock,
    journals::{self, BrowserJournal, Held, Refusal},
    slices::Slices,
};

/// A journal that is being written, and the lock that keeps other tabs from it.
pub(super) struct Recording {
    pub(super) past: PastRun,
    pub(super) journal: Journal,
    pub(super) held: Held,
}

impl Console {
    /// Finds out whether this browser keeps journals, and what is unfinished in them.
    pub fn find_journals(self) {
        self.spawn(async move {
            match journals::open().await {
                Ok(()) => {
                    self.keeping.set(JournalSupport::Supported);
                    self.find_unfinished().await;
                }
                Err(Refusal(reason)) => self.keeping.set(JournalSupport::Refused(reason)),
            }
        });
    }

    /// Begins the journal of a run over `total` targets; none where it was said that there will be none.
    ///
    /// # Errors
    /// Where there was to be one, and it cannot be written. Nothing may be sent then.
    pub(super) async fn record(self, total: usize) -> Result<Option<Recording>, Refusal> {
        if let JournalSupport::Refused(_) = self.keeping.get_untracked() {
            return Ok(None);
        }
        let begun = self.begin_journal(total).await;
        if let Err(Refusal(reason)) = &begun {
            self.keeping.set(JournalSupport::Refused(reason.clone()));
        }
        begun.map(Some)
    }

    async fn begin_journal(self, total: usize) -> Result<Recording, Refusal> {
        let client = self.client();
        let header = client.header();
        let held = journals::hold(&header.run)
            .await
            .ok_or_else(|| Refusal("no lock".to_owned()))?;
        let past = PastRun::begins(&header, clock::now(), total);
        let store = BrowserJournal::create(past.run.clone(), past.to_text());
        let journal = Journal::create(store, client.timer(), header)
            .await
            .map_err(|error| reason_of(&error))?;
        Ok(Recording {
            past,
            journal,
            held,
        })
    }

    /// The run is over: what its journal comes to is kept beside it, and the lock is let go of.
    pub(super) async fn keep_record(self, recording: Recording) {
        let Recording { mut past, held, .. } = recording;
        let sealed = matches!(check(&past.run).await, Ok(Ok(checked)) if checked.verdict() == JournalStatus::Sealed);
        let status = self.run.get_untracked().unwrap_or_default();
        keep(&mut past, &status, sealed).await;
        drop(held);
        self.find_unfinished().await;
    }

    /// Reads the journals that are not known to be sealed.
    pub(super) async fn find_unfinished(self) {
        let Ok(texts) = journals::list().await else {
            return;
        };
        let mut open: Vec<UnfinishedRun> = newest_first(&texts)
            .into_iter()
            .filter(|past| !past.sealed)
            .map(|past| UnfinishedRun {
                past,
                found: ResumeState::Checking,
            })
            .collect();
        self.unfinished.set(open.clone());
        let running = journals::held_names().await;
        for one in &mut open {
            one.found = if running.contains(&one.past.run) {
                ResumeState::Running
            } else {
                self.judge(&mut one.past).await
            };
            let one = one.clone();
            self.unfinished.update(|all| {
                let place = all.iter_mut().find(|other| other.past.run == one.past.run);
                if let Some(place) = place {
                    *place = one;
                }
            });
        }
        self.unfinished
            .update(|all| all.retain(|one| one.found.is_of_interest()));
    }

    async fn judge(self, past: &mut PastRun) -> ResumeState {
        let checked = match check(&past.run).await {
            Err(_) => return ResumeState::Unreadable,
            Ok(Err(verdict)) => return ResumeState::NotResumable(verdict),
            Ok(Ok(checked)) => checked,
        };
        let verdict = checked.verdict();
        if verdict == JournalStatus::Sealed {
            // The page was closed between the last line and this.
            keep(past, checked.past().status(), true).await;
        }
        let is_ours = self.client().check_header(checked.run.header()).is_ok();
        ResumeState::of(verdict, is_ours)
    }
}

/// Reads a run's journal and checks it, in slices.
///
/// # Errors
/// The outer one where the browser does not give it out, the inner one where it is broken.
pub(super) async fn check(run: &str) -> Result<Result<Checked, JournalStatus>, Refusal> {
    let bytes = journals::read(run).await?;
    let mut slices = Slices::begin();
    let mut check = Check::of(bytes);
    while check.step() {
        slices.pause().await;
    }
    Ok(check.end().map_err(|broken| verdict_of(&broken)))
}

async fn keep(past: &mut PastRun, status: &RunStatus, sealed: bool) {
    past.ends(clock::now(), status, sealed);
    // Refused, the record is of an earlier time; the journal says what is true.
    let _ = journals::keep_record(&past.run, &past.to_text()).await;
}

fn reason_of(error: &JournalError) -> Refusal {
    let source = std::error::Error::source(error).map(ToString::to_string);
    Refusal(source.unwrap_or_else(|| error.to_string()))
}
