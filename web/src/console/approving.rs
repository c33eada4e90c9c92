//! The two-person rule: asking for an approval and waiting for it, and deciding what others ask for.

use std::time::Duration;

use countermand_client::Plan;
use countermand_console::{
    approval::{Approval, Asked, Rule, State, request},
    relay::Role,
    review::Review,
    text::{approvals as text, problems, relay as relay_text},
};
use leptos::prelude::*;

use super::Console;
use crate::platform::{
    clock, focus,
    relay::{self, Answer},
    site::NoAnswer,
};

/// So long lies between two questions whether it was approved.
const ASKED_EVERY: Duration = Duration::from_millis(1_500);

/// In milliseconds: so long the relay counts what was sent without approval.
const AN_HOUR: i64 = 60 * 60 * 1_000;

/// What an operator decides of an approval.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// It may be sent.
    Approve,
    /// It may not.
    Decline,
    /// It is taken back, by the one who asked.
    Withdraw,
}

impl Decision {
    const fn body(self) -> &'static str {
        match self {
            Self::Approve => r#"{"decision":"approve"}"#,
            Self::Decline => r#"{"decision":"decline"}"#,
            Self::Withdraw => r#"{"decision":"withdraw"}"#,
        }
    }
}

impl Console {
    /// Which cancels have to be approved here; none where none has to.
    pub(super) fn rule(self) -> Option<Rule> {
        self.relay().and_then(|relay| relay.offer.rule.clone())
    }

    /// Who opened this connection of the relay.
    pub fn user(self) -> Option<String> {
        self.relay().map(|relay| relay.user.clone())
    }

    /// May this person be asked to approve what others mean to cancel?
    pub fn may_approve(self) -> bool {
        self.relay()
            .is_some_and(|relay| relay.offer.role == Role::Operator && relay.offer.rule.is_some())
    }

    /// Why a second operator has to approve what is reviewed; nothing where none has to.
    pub fn approval_reasons(self, review: &Review) -> Vec<String> {
        let Some(rule) = self.rule() else {
            return Vec::new();
        };
        let reasons = rule.reasons(review, self.alone());
        if reasons.is_empty() && self.client().wants_approval() {
            return vec![text::wanted().to_owned()];
        }
        reasons
    }

    /// How many cancels this page sent without approval within the last hour. The relay counts those of other
    /// pages, too, and its word is what counts.
    fn alone(self) -> usize {
        let now = clock::now().as_millis();
        let sent = self.sent_alone.try_update_value(|sent| {
            sent.retain(|(at, _)| now - at.as_millis() < AN_HOUR);
            sent.iter().map(|(_, count)| count).sum()
        });
        sent.unwrap_or_default()
    }

    fn path(self, id: Option<&str>) -> String {
        let relay = self.relay();
        let name = relay.as_ref().map_or("", |relay| &relay.offer.name);
        match id {
            None => format!("relay/{name}/approvals"),
            Some(id) => format!("relay/{name}/approvals/{id}"),
        }
    }

    /// Where this plan has to be approved, asks for that and waits until it is.
    ///
    /// # Errors
    /// Why it was not, in words. Nothing may be sent then.
    pub(super) async fn wait_for_approval(self, plan: &Plan) -> Result<(), String> {
        let Some(rule) = self.rule() else {
            return Ok(());
        };
        let count = plan.to_send();
        let wants = self.client().wants_approval() && count > 0;
        if !wants && !rule.needs(plan, self.alone()) {
            self.sent_alone
                .update_value(|sent| sent.push((clock::now(), count)));
            return Ok(());
        }
        self.change(|run| run.ask_for_approval(true));
        self.publish();
        let approved = self.ask_and_wait(plan).await;
        self.asked.set(None);
        let by = approved?;
        self.say(match by {
            Some(by) => text::approved_by(&by),
            None => text::approved().to_owned(),
        });
        self.change(|run| run.ask_for_approval(false));
        self.publish();
        Ok(())
    }

    async fn ask_and_wait(self, plan: &Plan) -> Result<Option<String>, String> {
        let answer = relay::post(&self.path(None), Some(&request(plan))).await;
        let not_asked = |reason: &str| text::not_asked(reason);
        let answer = answer.map_err(|NoAnswer| not_asked(relay_text::no_answer()))?;
        let mut approval = self.read_approval(&answer).ok_or_else(|| {
            let said = answer.message();
            not_asked(said.as_deref().unwrap_or(problems::other_advice()))
        })?;
        self.asked.set(Some(Asked {
            id: approval.id.clone(),
            by: approval.by.clone(),
            // By this computer's clock: how long ago it was is what is said of it.
            at: clock::now(),
            is_withdrawing: false,
            is_unanswered: false,
        }));
        let path = self.path(Some(&approval.id));
        loop {
            let withdraws = self
                .asked
                .with_untracked(|asked| asked.as_ref().is_some_and(|asked| asked.is_withdrawing));
            match approval.state {
                // It was to be taken back, and somebody was faster: it is not sent all the same.
                State::Approved if withdraws => return Err(text::withdrawn().to_owned()),
                State::Approved => return Ok(approval.decided_by),
                _ => {}
            }
            if let Some(refusal) = approval.refusal() {
                return Err(refusal);
            }
            self.client().timer().sleep(ASKED_EVERY).await;
            if self.is_signed_out() {
                continue;
            }
            let answer = relay::get(&path).await;
            let found = answer
                .as_ref()
                .ok()
                .and_then(|answer| self.read_approval(answer));
            match &answer {
                Ok(answer) if answer.status == 404 => return Err(text::gone().to_owned()),
                // Asked over the connection, the relay says whether the session has ended.
                Ok(answer) if answer.status == 401 => drop(self.client().check().await),
                _ => {}
            }
            self.asked.update(|asked| {
                if let Some(asked) = asked {
                    asked.is_unanswered = found.is_none();
                }
            });
            if let Some(found) = found {
                approval = found;
            }
        }
    }

    fn read_approval(self, answer: &Answer) -> Option<Approval> {
        let good = answer.is_good().then_some(&answer.text)?;
        Approval::of_text(self.provider(), good)
    }

    /// Takes back what the run at hand waits for.
    pub fn withdraw(self) {
        let id = self.asked.with_untracked(|asked| {
            let asked = asked.as_ref().filter(|asked| !asked.is_withdrawing)?;
            Some(asked.id.clone())
        });
        let Some(id) = id else { return };
        self.asked.update(|asked| {
            if let Some(asked) = asked {
                asked.is_withdrawing = true;
            }
        });
        let path = self.path(Some(&id));
        self.spawn(async move {
            // Whether it worked, the next question whether it was approved tells.
            let _ = relay::post(&path, Some(Decision::Withdraw.body())).await;
        });
    }

    /// The connection is closed: what the run at hand waits for is taken back, without waiting for an answer.
    pub fn take_back(self) {
        if let Some(asked) = self.asked.try_get_untracked().flatten() {
            let path = self.path(Some(&asked.id));
            leptos::task::spawn_local(async move {
                let _ = relay::post(&path, Some(Decision::Withdraw.body())).await;
            });
        }
    }

    /// Asks which approvals wait for an operator.
    pub fn find_approvals(self) {
        // Whoever is signed out would only be told so again.
        if self.is_signed_out() {
            return;
        }
        let path = self.path(None);
        self.spawn(async move {
            let Ok(answer) = relay::get(&path).await else {
                return;
            };
            if answer.status == 401 {
                drop(self.client().check().await);
            }
            let is_news = self
                .approvals_text
                .with_value(|before| *before != answer.text);
            if answer.is_good() && is_news {
                let user = self.user();
                let open = Approval::open(self.provider(), user.as_deref(), &answer.text);
                self.approvals_text.set_value(answer.text);
                self.take_approvals(open.unwrap_or_default());
            }
        });
    }

    fn take_approvals(self, open: Vec<Approval>) {
        let user = self.user();
        let before = self.approvals.get_untracked();
        let is_new = |one: &&Approval| {
            one.waits()
                && Some(&one.by) != user.as_ref()
                && !before.iter().any(|known| known.id == one.id)
        };
        let news: Vec<String> = open
            .iter()
            .filter(is_new)
            .map(|one| text::news(&one.by, one.count()))
            .collect();
        if !news.is_empty() {
            self.say(news.join(" "));
        }
        if before != open {
            // A button may go with what it was for: the focus stays near it.
            let fallback = if open.is_empty() {
                "commands"
            } else {
                "approvals-heading"
            };
            focus::kept_over(fallback, || self.approvals.set(open));
        }
    }

    /// Somebody signed in again: what goes on, goes on, and everything is read again.
    pub fn is_back(self) {
        self.spawn(async move {
            // Whether the relay takes the new session, its next answer tells.
            let _ = self.client().check().await;
            self.refresh();
        });
    }

    /// Decides, and tells what came of it: what to say, or why it did not work.
    ///
    /// # Errors
    /// Why it did not, in words.
    pub async fn decide(self, approval: &Approval, decision: Decision) -> Result<String, String> {
        let path = self.path(Some(&approval.id));
        let answer = relay::post(&path, Some(decision.body())).await;
        let answer = answer.map_err(|NoAnswer| text::failed(relay_text::no_answer()))?;
        if answer.status == 401 {
            drop(self.client().check().await);
        }
        self.find_approvals();
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
