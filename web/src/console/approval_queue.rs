//! The two-person rule: the runs that wait for an approval, and deciding about them.

use countermand_console::{
    approval::Approval,
    text::{approvals as text, relay as relay_text},
};
use countermand_relay_api::{Decision, DecisionRequest, route};
use leptos::prelude::*;

use super::{announcer::Announcer, connection::ConnectionHandle, store_signal::StoreSignal};
use crate::platform::{focus, relay, site::NoAnswer};

/// The approval requests that wait for an operator. Copies are the same queue.
#[derive(Clone, Copy)]
pub struct ApprovalQueue {
    connection: ConnectionHandle,
    announcer: Announcer,
    /// The requests, the newest first.
    pub waiting: StoreSignal<Vec<Approval>>,
    /// The last answer, so that the same one is not read again.
    answer: StoredValue<String>,
    /// The request whose dialog is open, with its commands.
    pub current: StoreSignal<Option<Approval>>,
    /// Why the last thing that was asked did not work.
    pub problem: StoreSignal<Option<String>>,
}

impl ApprovalQueue {
    pub(super) fn new(connection: ConnectionHandle, announcer: Announcer) -> Self {
        Self {
            connection,
            announcer,
            waiting: StoreSignal::new(Vec::new()),
            answer: StoredValue::new(String::new()),
            current: StoreSignal::new(None),
            problem: StoreSignal::new(None),
        }
    }

    /// Opens the dialog of the request with this id, with its commands.
    pub fn open(self, id: &str) {
        let path = self.path(Some(id));
        self.problem.set(None);
        self.connection.spawn(async move {
            let answer = relay::get(&path).await;
            let whole = answer.ok().filter(relay::Answer::is_good);
            let provider = self.connection.provider();
            match whole.and_then(|answer| Approval::of_text(provider, &answer.text)) {
                Some(whole) => self.current.set(Some(whole)),
                None => {
                    let said = text::failed(relay_text::no_answer());
                    self.announcer.alert(said.clone());
                    self.problem.set(Some(said));
                }
            }
        });
    }

    fn path(self, id: Option<&str>) -> String {
        let relay = self.connection.relay();
        let name = relay.as_ref().map_or("", |relay| &relay.offer.name);
        match id {
            None => route::approvals(name),
            Some(id) => route::approval(name, id),
        }
    }

    /// Closes the dialog.
    pub fn close(self) {
        self.current.set(None);
    }

    /// Asks the server which requests wait.
    pub fn refresh(self) {
        // A person who is signed out would only be told so again.
        if self.connection.is_signed_out() {
            return;
        }
        let path = self.path(None);
        self.connection.spawn(async move {
            let Ok(answer) = relay::get(&path).await else {
                return;
            };
            if answer.status == 401 {
                drop(self.connection.client().check().await);
            }
            let is_news = self.answer.with_value(|before| *before != answer.text);
            if answer.is_good() && is_news {
                let waiting = Approval::waiting(self.connection.provider(), &answer.text);
                self.answer.set_value(answer.text);
                self.show(waiting.unwrap_or_default());
            }
        });
    }

    fn show(self, waiting: Vec<Approval>) {
        let user = self.connection.user();
        let before = self.waiting.get_untracked();
        let is_new = |one: &&Approval| {
            Some(&one.by) != user.as_ref() && !before.iter().any(|known| known.id == one.id)
        };
        let news: Vec<String> = waiting.iter().filter(is_new).map(Approval::news).collect();
        if !news.is_empty() {
            self.announcer.say(news.join(" "));
        }
        // What was not read yet when its dialog was opened may be by now.
        let opened = self
            .current
            .look_untracked(|current| (current.is_reading).then(|| current.id.clone()));
        let is_read = |one: &&Approval| !one.is_reading && Some(&one.id) == opened.as_ref();
        if let Some(now_read) = waiting.iter().find(is_read) {
            self.open(&now_read.id);
        }
        if before != waiting {
            // A button may go with its request: the focus stays near it.
            let fallback = if waiting.is_empty() {
                "commands"
            } else {
                "approvals-heading"
            };
            focus::kept_over(fallback, || self.waiting.set(waiting));
        }
    }

    /// Decides about a request, and returns what became of that, in a sentence.
    ///
    /// # Errors
    /// Why it did not work, in a sentence.
    pub async fn decide(self, approval: &Approval, decision: Decision) -> Result<String, String> {
        let path = self.path(Some(&approval.id));
        let request = DecisionRequest {
            decision,
            plan_sha256: approval.plan_sha256.clone(),
        };
        let answer = relay::post(&path, &request).await;
        let answer = answer.map_err(|NoAnswer| text::failed(relay_text::no_answer()))?;
        if answer.status == 401 {
            drop(self.connection.client().check().await);
        }
        self.refresh();
        if !answer.is_good() {
            let said = answer.message();
            return Err(text::failed(said.as_deref().unwrap_or(text::decided())));
        }
        Ok(match decision {
            Decision::Approve => approval.was_approved(),
            Decision::Decline => text::was_declined().to_owned(),
            Decision::Withdraw => text::was_withdrawn().to_owned(),
        })
    }
}
