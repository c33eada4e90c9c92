//! The two-person rule, requester's side: asking for an approval and waiting for it.

use std::time::Duration;

use countermand_client::Plan;
use countermand_console::{
    approval::{Approval, Asked, needs_approval, reasons, request},
    review::Review,
    text::{approvals as text, problems, relay as relay_text},
};
use countermand_core_model::Timestamp;
use countermand_relay_api::{
    ApprovalRequest as NewApproval, ApprovalState, Decision, DecisionRequest, route,
};
use leptos::prelude::*;

use super::{
    announcer::Announcer, connection::ConnectionHandle, run::RunStore, store_signal::StoreSignal,
};
use crate::platform::{
    clock,
    relay::{self, Answer},
    site::NoAnswer,
};

/// The time between two requests for the state of an approval.
const ASKED_EVERY: Duration = Duration::from_millis(1_500);

/// For how many milliseconds the server counts what was sent without approval.
const AN_HOUR: i64 = 60 * 60 * 1_000;

const WITHDRAW: DecisionRequest = DecisionRequest {
    decision: Decision::Withdraw,
};

/// The approval request of the run at hand. Copies are the same request.
#[derive(Clone, Copy)]
pub struct ApprovalRequest {
    connection: ConnectionHandle,
    announcer: Announcer,
    run: RunStore,
    /// The request that the run at hand waits for.
    pub pending: StoreSignal<Option<Asked>>,
    /// When how many cancels were sent without approval.
    sent_unapproved: StoredValue<Vec<(Timestamp, usize)>>,
}

impl ApprovalRequest {
    pub(super) fn new(connection: ConnectionHandle, announcer: Announcer, run: RunStore) -> Self {
        Self {
            connection,
            announcer,
            run,
            pending: StoreSignal::new(None),
            sent_unapproved: StoredValue::new(Vec::new()),
        }
    }

    /// Returns why a second operator has to approve what is reviewed. Empty where none has to.
    pub fn reasons(self, review: &Review) -> Vec<String> {
        let Some(rule) = self.connection.approval_rule() else {
            return Vec::new();
        };
        let reasons = reasons(&rule, review, self.unapproved());
        if reasons.is_empty() && self.connection.client().wants_approval() {
            return vec![text::wanted().to_owned()];
        }
        reasons
    }

    /// Returns how many cancels this page sent without approval within the last hour. The server counts those
    /// of other pages as well, and its count decides.
    fn unapproved(self) -> usize {
        let now = clock::now().as_millis();
        let sent = self.sent_unapproved.try_update_value(|sent| {
            sent.retain(|(at, _)| now - at.as_millis() < AN_HOUR);
            sent.iter().map(|(_, count)| count).sum()
        });
        sent.unwrap_or_default()
    }

    /// Returns what is asked for where this plan needs an approval. Where it needs none, it counts as sent.
    pub(super) fn of(self, plan: &Plan) -> Option<NewApproval> {
        let rule = self.connection.approval_rule()?;
        let wanted = self.connection.client().wants_approval() && plan.to_send() > 0;
        if wanted || needs_approval(&rule, plan, self.unapproved()) {
            return Some(request(plan));
        }
        self.sent_unapproved
            .update_value(|sent| sent.push((clock::now(), plan.to_send())));
        None
    }

    /// Asks for an approval where one is needed, and waits until it is given.
    ///
    /// # Errors
    /// Why it was not given, in a sentence. Nothing may be sent then.
    pub(super) async fn obtain(self, request: Option<NewApproval>) -> Result<(), String> {
        let Some(request) = request else {
            return Ok(());
        };
        self.run.rows.change(|run| run.wait_for_approval(true));
        self.run.publish();
        let approved = self.ask_and_wait(&request).await;
        self.pending.set(None);
        let by = approved?;
        self.announcer.say(match by {
            Some(by) => text::approved_by(&by),
            None => text::approved().to_owned(),
        });
        self.run.rows.change(|run| run.wait_for_approval(false));
        self.run.publish();
        Ok(())
    }

    /// Returns who approved.
    async fn ask_and_wait(self, request: &NewApproval) -> Result<Option<String>, String> {
        let mut approval = self.ask(request).await?;
        let path = path(self.connection, Some(&approval.id));
        loop {
            let is_withdrawing = self.pending.look_untracked(|asked| asked.is_withdrawing);
            match approval.state {
                // Somebody approved it before it was withdrawn: it is not sent all the same.
                ApprovalState::Approved if is_withdrawing => {
                    return Err(text::withdrawn().to_owned());
                }
                ApprovalState::Approved => return Ok(approval.decided_by),
                _ => {}
            }
            if let Some(refusal) = approval.refusal() {
                return Err(refusal);
            }
            let client = self.connection.client();
            client.timer().sleep(ASKED_EVERY).await;
            if self.connection.is_signed_out() {
                continue;
            }
            let answer = relay::get(&path).await;
            let found = answer
                .as_ref()
                .ok()
                .and_then(|answer| read_approval(self.connection, answer));
            match &answer {
                Ok(answer) if answer.status == 404 => return Err(text::gone().to_owned()),
                // A request over the connection finds out whether the session has ended.
                Ok(answer) if answer.status == 401 => drop(client.check().await),
                _ => {}
            }
            self.change_pending(|asked| asked.is_unanswered = found.is_none());
            if let Some(found) = found {
                approval = found;
            }
        }
    }

    async fn ask(self, request: &NewApproval) -> Result<Approval, String> {
        let path = path(self.connection, None);
        let answer = relay::post(&path, request).await;
        let answer = answer.map_err(|NoAnswer| text::not_asked(relay_text::no_answer()))?;
        let approval = read_approval(self.connection, &answer).ok_or_else(|| {
            let said = answer.message();
            text::not_asked(said.as_deref().unwrap_or(problems::other_advice()))
        })?;
        self.pending.set(Some(Asked {
            id: approval.id.clone(),
            by: approval.by.clone(),
            // By this computer's clock, because its age is what is shown.
            at: clock::now(),
            is_withdrawing: false,
            is_unanswered: false,
        }));
        Ok(approval)
    }

    fn change_pending(self, change: impl FnOnce(&mut Asked)) {
        self.pending.update(|asked| {
            if let Some(asked) = asked {
                change(asked);
            }
        });
    }

    /// Withdraws the request that the run at hand waits for.
    pub fn withdraw(self) {
        let id = self
            .pending
            .look_untracked(|asked| (!asked.is_withdrawing).then(|| asked.id.clone()));
        let Some(id) = id else { return };
        self.change_pending(|asked| asked.is_withdrawing = true);
        let path = path(self.connection, Some(&id));
        self.connection.spawn(async move {
            // The next question whether it was approved tells whether this worked.
            let _ = relay::post(&path, &WITHDRAW).await;
        });
    }

    /// Withdraws the request without waiting for an answer: the connection is being closed.
    pub fn abandon(self) {
        if let Some(asked) = self.pending.try_get_untracked().flatten() {
            let path = path(self.connection, Some(&asked.id));
            leptos::task::spawn_local(async move {
                let _ = relay::post(&path, &WITHDRAW).await;
            });
        }
    }
}

pub(super) fn path(connection: ConnectionHandle, id: Option<&str>) -> String {
    let relay = connection.relay();
    let name = relay.as_ref().map_or("", |relay| &relay.offer.name);
    match id {
        None => route::approvals(name),
        Some(id) => route::approval(name, id),
    }
}

/// Returns the approval of a good answer.
pub(super) fn read_approval(connection: ConnectionHandle, answer: &Answer) -> Option<Approval> {
    let good = answer.is_good().then_some(&answer.text)?;
    Approval::of_text(connection.provider(), good)
}
