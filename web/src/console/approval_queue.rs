//! The two-person rule, approver's side: what others ask for, and deciding it.

use countermand_console::{
    approval::Approval,
    text::{approvals as text, relay as relay_text},
};
use countermand_relay_api::{Decision, DecisionRequest};
use leptos::prelude::*;

use super::{
    announcer::Announcer, approval_request::path, connection::ConnectionHandle,
    store_signal::StoreSignal,
};
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
    /// The request whose dialog is open.
    pub current: StoreSignal<Option<Approval>>,
}

impl ApprovalQueue {
    pub(super) fn new(connection: ConnectionHandle, announcer: Announcer) -> Self {
        Self {
            connection,
            announcer,
            waiting: StoreSignal::new(Vec::new()),
            answer: StoredValue::new(String::new()),
            current: StoreSignal::new(None),
        }
    }

    /// Opens the dialog of a request.
    pub fn open(self, approval: Approval) {
        self.current.set(Some(approval));
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
        let path = path(self.connection, None);
        self.connection.spawn(async move {
            let Ok(answer) = relay::get(&path).await else {
                return;
            };
            if answer.status == 401 {
                drop(self.connection.client().check().await);
            }
            let is_news = self.answer.with_value(|before| *before != answer.text);
            if answer.is_good() && is_news {
                let user = self.connection.user();
                let provider = self.connection.provider();
                let open = Approval::open(provider, user.as_deref(), &answer.text);
                self.answer.set_value(answer.text);
                self.show(open.unwrap_or_default());
            }
        });
    }

    fn show(self, waiting: Vec<Approval>) {
        let user = self.connection.user();
        let before = self.waiting.get_untracked();
        let is_new = |one: &&Approval| {
            one.waits()
                && Some(&one.by) != user.as_ref()
                && !before.iter().any(|known| known.id == one.id)
        };
        let news: Vec<String> = waiting
            .iter()
            .filter(is_new)
            .map(|one| text::news(&one.by, one.count()))
            .collect();
        if !news.is_empty() {
            self.announcer.say(news.join(" "));
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
        let path = path(self.connection, Some(&approval.id));
        let answer = relay::post(&path, &DecisionRequest { decision }).await;
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
            Decision::Approve => text::was_approved(approval.count()),
            Decision::Decline => text::was_declined().to_owned(),
            Decision::Withdraw if approval.waits() => text::was_withdrawn().to_owned(),
            Decision::Withdraw => text::was_taken_back().to_owned(),
        })
    }
}
