//! Brake rules of the page's server, and deciding about them.

use countermand_console::{
    brake_rules::BrakeRule,
    text::{approvals, brake as words, relay as relay_text},
};
use countermand_relay_api::{BrakeRuleDecision, BrakeRuleDecisionRequest, BrakeRuleRequest, route};
use leptos::prelude::*;
use serde::Serialize;

use super::{announcer::Announcer, connection::ConnectionHandle, store_signal::StoreSignal};
use crate::platform::relay;

/// The rules. Copies are the same.
#[derive(Clone, Copy)]
pub struct BrakeRules {
    connection: ConnectionHandle,
    announcer: Announcer,
    /// Those that count or wait for a signature, and how many cannot be read here.
    pub rules: StoreSignal<(Vec<BrakeRule>, usize)>,
    /// Why the last proposal or decision did not work.
    pub problem: StoreSignal<Option<String>>,
}

impl BrakeRules {
    pub(super) fn new(connection: ConnectionHandle, announcer: Announcer) -> Self {
        Self {
            connection,
            announcer,
            rules: StoreSignal::new((Vec::new(), 0)),
            problem: StoreSignal::new(None),
        }
    }

    fn path(self, id: Option<&str>) -> String {
        let relay = self.connection.relay();
        let name = relay.as_ref().map_or("", |relay| &relay.offer.name);
        match id {
            None => route::brake_rules(name),
            Some(id) => route::brake_rule(name, id),
        }
    }

    /// Asks the server which rules there are.
    pub fn refresh(self) {
        if self.connection.is_signed_out() {
            return;
        }
        let path = self.path(None);
        self.connection.spawn(async move {
            let answer = relay::get(&path).await;
            let answer = answer.ok().filter(relay::Answer::is_good);
            let rules = answer.and_then(|answer| BrakeRule::read_list(&answer.text));
            if let Some(rules) = rules.filter(|rules| self.rules.with_untracked(|now| now != rules))
            {
                self.rules.set(rules);
            }
        });
    }

    /// Decides about a rule.
    pub fn decide(self, id: &str, decision: BrakeRuleDecision) {
        let request = BrakeRuleDecisionRequest { decision };
        self.send(self.path(Some(id)), request, || {});
    }

    /// Proposes a rule, which a second operator has to sign; then does what is to be done once it is proposed.
    pub fn propose(self, request: BrakeRuleRequest, then: impl FnOnce() + Send + 'static) {
        self.send(self.path(None), request, move || {
            then();
            self.announcer.say(words::rule_was_proposed().to_owned());
        });
    }

    fn send(
        self,
        path: String,
        request: impl Serialize + Send + Sync + 'static,
        then: impl FnOnce() + Send + 'static,
    ) {
        self.problem.set(None);
        self.connection.spawn(async move {
            let answer = relay::post(&path, &request).await;
            let why = match &answer {
                Ok(answer) if answer.is_good() => None,
                Ok(answer) => Some(answer.message().unwrap_or_default()),
                Err(_) => Some(relay_text::no_answer().to_owned()),
            };
            match why {
                None => then(),
                Some(why) => {
                    let said = approvals::failed(&why);
                    self.announcer.alert(said.clone());
                    self.problem.set(Some(said));
                }
            }
            self.refresh();
        });
    }
}
