//! The runs that the page's own server drives: their list, and what is asked of the server about them.

use std::{cell::Cell, time::Duration};

use countermand_console::{
    server_run::{ServerRun, ServerRuns},
    text::{approvals, relay as relay_text, server_runs as text},
};
use countermand_relay_api::{RequiredNotes, RunRequest, route};
use js_sys::Array;
use leptos::prelude::*;

use super::{announcer::Announcer, connection::ConnectionHandle, store_signal::StoreSignal};
use crate::platform::{
    clock, files,
    relay::{self, Answer},
    site::NoAnswer,
};

/// How often a plan is sent whose answer was lost. The same plan is the same run.
const ATTEMPTS: u32 = 3;

/// How long to wait before a plan is sent again.
const AGAIN_AFTER: Duration = Duration::from_secs(2);

/// The runs at the server. Copies are the same.
#[derive(Clone, Copy)]
pub struct ServerRunStore {
    connection: ConnectionHandle,
    announcer: Announcer,
    /// The runs of this connection.
    pub list: StoreSignal<ServerRuns>,
    /// The run that is shown.
    pub followed: StoreSignal<Option<ServerRun>>,
    /// Whether the server did not answer the last question about the run that is shown.
    pub is_unanswered: StoreSignal<bool>,
    /// Why the last thing that was asked did not work.
    pub problem: StoreSignal<Option<String>>,
    /// Why the next run is started, and the ticket that it belongs to.
    pub reason: StoreSignal<String>,
    /// The ticket.
    pub ticket: StoreSignal<String>,
    /// Which run is shown, counted: what follows an earlier one ends.
    turn: StoredValue<u32>,
}

/// Why there is no run.
pub(super) enum NotStarted {
    /// The server surely did not start it, as this says.
    Refused(String),
    /// It may have started it.
    Unclear,
}

impl ServerRunStore {
    pub(super) fn new(connection: ConnectionHandle, announcer: Announcer) -> Self {
        Self {
            connection,
            announcer,
            list: StoreSignal::new(ServerRuns::default()),
            followed: StoreSignal::new(None),
            is_unanswered: StoreSignal::new(false),
            problem: StoreSignal::new(None),
            reason: StoreSignal::new(String::new()),
            ticket: StoreSignal::new(String::new()),
            turn: StoredValue::new(0),
        }
    }

    /// Returns whether everything is said that has to be said of a cancel of this connection. Tracked.
    pub fn are_notes_there(self) -> bool {
        let RequiredNotes { reason, ticket } = self.requires();
        let is_there = |note: StoreSignal<String>| note.with(|note| !note.trim().is_empty());
        (!reason || is_there(self.reason)) && (!ticket || is_there(self.ticket))
    }

    /// Returns what has to be said of each cancel.
    pub fn requires(self) -> RequiredNotes {
        let relay = self.connection.relay();
        relay.map_or_else(RequiredNotes::default, |relay| relay.offer.requires)
    }

    /// Notes why the next run is started.
    pub fn set_reason(self, reason: String) {
        self.reason.set(reason);
    }

    /// Notes the ticket that the next run belongs to.
    pub fn set_ticket(self, ticket: String) {
        self.ticket.set(ticket);
    }

    /// Shows a run, or none, and returns its turn.
    pub(super) fn follow(self, run: Option<ServerRun>) -> u32 {
        self.followed.set(run);
        self.is_unanswered.set(false);
        self.problem.set(None);
        self.turn.update_value(|turn| *turn += 1);
        self.turn.get_value()
    }

    /// Returns whether the run of this turn is still shown.
    pub(super) fn is_turn(self, turn: u32) -> bool {
        self.turn.try_get_value() == Some(turn)
    }

    /// Asks the server which runs there are.
    pub fn refresh(self) {
        if self.connection.is_signed_out() {
            return;
        }
        let path = route::runs(&self.name());
        self.connection.spawn(async move {
            let answer = self.noted(relay::get(&path).await).await;
            let good = answer.ok().filter(Answer::is_good);
            let list = good.and_then(|answer| ServerRuns::read(&answer.text, clock::now()));
            if let Some(list) = list.filter(|list| self.list.with_untracked(|known| known != list))
            {
                self.list.set(list);
            }
        });
    }

    /// Starts a run. Where the answer is lost, the same is asked again, and it is the same run.
    pub(super) async fn start(self, mut request: RunRequest) -> Result<ServerRun, NotStarted> {
        let said = |text: String| Some(text).filter(|text| !text.trim().is_empty());
        request.reason = said(self.reason.get_untracked());
        request.ticket = said(self.ticket.get_untracked());
        let path = route::runs(&self.name());
        let mut may_be_there = false;
        for attempt in 1..=ATTEMPTS {
            let answer = self.noted(relay::post(&path, &request).await).await;
            match answer {
                Ok(answer) if answer.is_good() => {
                    if let Some(run) = ServerRun::read(&answer.text) {
                        self.reason.set(String::new());
                        self.ticket.set(String::new());
                        return Ok(run);
                    }
                    may_be_there = true;
                }
                // Where an earlier answer was lost, a refusal says nothing about that one.
                Ok(answer) if answer.status < 500 && !may_be_there => {
                    let why = answer.message();
                    let why = why.unwrap_or_else(|| relay_text::no_answer().to_owned());
                    return Err(NotStarted::Refused(text::not_begun(&why)));
                }
                Ok(_) | Err(NoAnswer) => may_be_there = true,
            }
            if attempt < ATTEMPTS {
                self.connection.client().timer().sleep(AGAIN_AFTER).await;
            }
        }
        Err(NotStarted::Unclear)
    }

    /// Returns how a run is; none where the server has none of this id.
    pub(super) async fn ask(self, id: &str) -> Result<Option<ServerRun>, NoAnswer> {
        let answer = self
            .noted(relay::get(&route::run(&self.name(), id)).await)
            .await?;
        match answer.status {
            404 => Ok(None),
            _ if !answer.is_good() => Err(NoAnswer),
            _ => ServerRun::read(&answer.text).map(Some).ok_or(NoAnswer),
        }
    }

    /// Returns whole lines of a run's journal, from line `from` on: as many as come at once, empty where there are none.
    pub(super) async fn lines(self, id: &str, from: u64) -> Result<String, NoAnswer> {
        let path = route::run_journal(&self.name(), id, from);
        let answer = self.noted(relay::get(&path).await).await?;
        answer.is_good().then_some(answer.text).ok_or(NoAnswer)
    }

    /// Has the run that is shown send no further cancel.
    pub fn stop(self) {
        self.have(route::stop_run);
    }

    /// Has the run that is shown go on.
    pub fn resume(self) {
        self.have(route::resume_run);
    }

    fn have(self, path: fn(&str, &str) -> String) {
        let Some(run) = self.followed.get_untracked() else {
            return;
        };
        let turn = self.turn.get_value();
        let path = path(&self.name(), &run.id);
        self.problem.set(None);
        self.connection.spawn(async move {
            let answer = self.noted(relay::post_empty(&path).await).await;
            let why = match &answer {
                Ok(answer) if answer.is_good() => None,
                Ok(answer) => Some(answer.message().unwrap_or_default()),
                Err(NoAnswer) => Some(relay_text::no_answer().to_owned()),
            };
            if !self.is_turn(turn) {
                return;
            }
            if let Some(why) = why {
                let said = approvals::failed(&why);
                self.announcer.alert(said.clone());
                self.problem.set(Some(said));
            } else if let Some(run) = answer.ok().and_then(|one| ServerRun::read(&one.text)) {
                self.followed.set(Some(run));
            }
            self.refresh();
        });
    }

    /// Says what did not work.
    pub(super) fn say(self, said: &str) {
        self.announcer.alert(said.to_owned());
        self.problem.set(Some(said.to_owned()));
    }

    /// Saves the journal of the run that is shown as a file.
    pub fn save_journal(self) {
        let Some(run) = self.followed.get_untracked() else {
            return;
        };
        self.connection.spawn(async move {
            let (parts, mut next) = (Array::new(), 1);
            loop {
                let Ok(lines) = self.lines(&run.id, next).await else {
                    let said = approvals::failed(relay_text::no_answer());
                    return self.problem.set(Some(said));
                };
                if lines.is_empty() {
                    break;
                }
                next += lines.lines().count() as u64;
                parts.push(&files::part(&lines));
            }
            let name = format!("countermand-{}.ndjson", run.id);
            files::offer(&name, "application/x-ndjson", &parts);
        });
    }

    fn name(self) -> String {
        let relay = self.connection.relay();
        relay.map_or_else(String::new, |relay| relay.offer.name.clone())
    }

    /// Finds out whether the session has ended, where the answer says so.
    async fn noted(self, answer: Result<Answer, NoAnswer>) -> Result<Answer, NoAnswer> {
        if answer.as_ref().is_ok_and(|answer| answer.status == 401) {
            drop(self.connection.client().check().await);
        }
        answer
    }
}

/// How long to wait until a run is asked about again: shortly while something happens, less often while nothing does.
pub(super) struct Pace(Cell<f64>);

impl Pace {
    const SHORTEST: f64 = 400.0;
    const LONGEST: f64 = 3_000.0;

    pub(super) fn new() -> Self {
        Self(Cell::new(Self::SHORTEST))
    }

    /// Waits. `has_news` says whether the last answer had any.
    pub(super) async fn wait(&self, has_news: bool) {
        let next = match has_news {
            true => Self::SHORTEST,
            false => (self.0.get() * 1.5).min(Self::LONGEST),
        };
        self.0.set(next);
        // Only the page's end ends the wait early.
        let _ = clock::wait(next).await;
    }
}
