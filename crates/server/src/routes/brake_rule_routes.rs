//! Routes of the brake rules.

use axum::{body::Body, response::Response};
use countermand_relay_api::{
    BrakeRule, BrakeRuleDecision, BrakeRuleDecisionRequest, BrakeRuleList, BrakeRuleRequest, Role,
};
use countermand_store::{BrakeRuleDecision as Decision, BrakeRuleRecord, NewBrakeRule};
use http::{Method, StatusCode, request::Parts};

use crate::{
    audit::{BrakeRuleEvent, Entry},
    brake_rules::{LISTED, MOST_OPEN, Proposal, described},
    context::ConnectionRequest,
    notices::Notice,
    request_body,
    response::{Refusal, json, logged, refused},
    sweep_terms::{in_words, terms},
};

/// The largest body: a rule with fifty thousand devices.
const LARGEST_BODY: usize = 8 << 20;

impl ConnectionRequest {
    /// Answers `brake-rules` and `brake-rules/RULE`.
    pub(crate) async fn brake_rules(&self, rest: &[&str], parts: &Parts, body: Body) -> Response {
        logged("brake_rules", self.brake_rules_of(rest, parts, body).await)
    }

    async fn brake_rules_of(
        &self,
        rest: &[&str],
        parts: &Parts,
        body: Body,
    ) -> Result<Response, Refusal> {
        if parts.uri.query().is_some() || rest.len() > 1 {
            return Err(Refusal::NotFound);
        }
        let changes = parts.method == Method::POST;
        if !changes && parts.method != Method::GET {
            return Err(Refusal::Method("GET, POST"));
        }
        if changes && self.role < Role::Operator {
            return Err(Refusal::Forbidden);
        }
        match rest {
            [] if changes => {
                let bytes = request_body::read(&parts.headers, body, LARGEST_BODY).await?;
                self.uninterrupted(|this| async move { this.propose(&bytes).await })
                    .await
            }
            [] => {
                let rules = self.context.store.brake_rules(self.name(), LISTED).await;
                let rules = rules.map_err(|_| Refusal::Store)?.into_iter();
                let now = self.context.timer.now();
                let rules = rules.filter_map(|rule| described(rule, now)).collect();
                let list: BrakeRuleList<BrakeRule> = BrakeRuleList { rules };
                Ok(json(StatusCode::OK, &list))
            }
            [id] if changes => {
                let bytes = request_body::read(&parts.headers, body, LARGEST_BODY).await?;
                let id = (*id).to_owned();
                self.uninterrupted(|this| async move { this.decide_rule(&id, &bytes).await })
                    .await
            }
            [id] => self.shown_rule(StatusCode::OK, id).await,
            _ => Err(Refusal::NotFound),
        }
    }

    async fn rule(&self, id: &str) -> Result<BrakeRuleRecord, Refusal> {
        let rule = self.context.store.brake_rule(self.name(), id).await;
        rule.map_err(|_| Refusal::Store)?.ok_or(Refusal::NotFound)
    }

    async fn shown_rule(&self, status: StatusCode, id: &str) -> Result<Response, Refusal> {
        let rule = described(self.rule(id).await?, self.context.timer.now());
        Ok(json(status, &rule.ok_or(Refusal::Store)?))
    }

    async fn propose(&self, bytes: &[u8]) -> Result<Response, Refusal> {
        let request: BrakeRuleRequest = serde_json::from_slice(bytes).map_err(|_| {
            Refusal::Malformed(
                "The body must be {\"sweep\":{\"filter\":{\"kinds\":[KIND]},\"scope\":\"organization\"},\"valid_until\":TIME}; \"automatic\" and \"reason\" may be added.",
            )
        })?;
        let context = &self.context;
        let config = &self.connection.config;
        let proposal = match Proposal::check(request, config, &context.timer) {
            Ok(proposal) => proposal,
            Err(why) => return Ok(refused(StatusCode::BAD_REQUEST, &why.to_string())),
        };
        context
            .audit
            .ensure_writable()
            .await
            .map_err(|_| Refusal::Audit)?;
        let terms = terms(&proposal.sweep).ok_or(Refusal::Store)?;
        let sweep = serde_json::to_string(&terms).map_err(|_| Refusal::Store)?;
        let words = in_words(&proposal.sweep);
        let now = context.timer.now();
        let wanted = Notice::BrakeRuleProposed {
            connection: self.name().to_owned(),
            rule: proposal.id.clone(),
            by: self.user.name.to_string(),
            reason: proposal.reason.clone(),
            sweep: words.clone(),
            automatic: proposal.automatic,
            valid_until: proposal.valid_until.to_string(),
        };
        let wanted = context.notices.rows(&proposal.id, now, &wanted);
        let new = NewBrakeRule {
            id: &proposal.id,
            connection: self.name(),
            sweep: &sweep,
            automatic: proposal.automatic,
            reason: proposal.reason.as_deref(),
            valid_until: proposal.valid_until,
            by: self.user.name.as_str(),
            at: now,
            notices: &wanted,
        };
        // What is not written can be signed by nobody.
        self.write(Entry::BrakeRule {
            rule: proposal.id.clone(),
            who: self.user.name.to_string(),
            connection: self.name().to_owned(),
            what: BrakeRuleEvent::Proposed,
            sweep: Some(words.to_string()),
            automatic: proposal.automatic,
            valid_until: Some(proposal.valid_until.to_string()),
            reason: proposal.reason.clone(),
        })
        .await?;
        let kept = context.store.propose_brake_rule(&new, MOST_OPEN).await;
        match kept.map_err(|_| Refusal::Store)? {
            true => {
                context.notices.added();
                self.shown_rule(StatusCode::CREATED, &proposal.id).await
            }
            false => Ok(refused(StatusCode::CONFLICT, TOO_MANY)),
        }
    }

    async fn decide_rule(&self, id: &str, bytes: &[u8]) -> Result<Response, Refusal> {
        let request: BrakeRuleDecisionRequest = serde_json::from_slice(bytes).map_err(|_| {
            Refusal::Malformed(
                "The body must be {\"decision\":\"sign\"}, \"decline\" or \"revoke\".",
            )
        })?;
        let rule = self.rule(id).await?;
        let who = self.user.name.as_str();
        let (decision, what) = match request.decision {
            BrakeRuleDecision::Sign => (Decision::Sign, BrakeRuleEvent::Signed),
            BrakeRuleDecision::Decline => (Decision::Decline, BrakeRuleEvent::Declined),
            BrakeRuleDecision::Revoke => (Decision::Revoke, BrakeRuleEvent::Revoked),
        };
        if decision != Decision::Revoke && rule.proposed_by == who {
            return Ok(refused(StatusCode::FORBIDDEN, YOURSELF));
        }
        let context = &self.context;
        context
            .audit
            .ensure_writable()
            .await
            .map_err(|_| Refusal::Audit)?;
        let now = context.timer.now();
        let decided = context
            .store
            .decide_brake_rule(self.name(), id, decision, who, now);
        if !decided.await.map_err(|_| Refusal::Store)? {
            return Ok(refused(StatusCode::CONFLICT, OVER));
        }
        self.write(Entry::BrakeRule {
            rule: rule.id,
            who: who.to_owned(),
            connection: self.name().to_owned(),
            what,
            sweep: None,
            automatic: rule.automatic,
            valid_until: None,
            reason: None,
        })
        .await?;
        self.shown_rule(StatusCode::OK, id).await
    }
}

const TOO_MANY: &str =
    "No more than 50 brake rules of a connection can be proposed or in force. Revoke one first.";
const YOURSELF: &str = "Somebody else has to sign or decline what you propose. You can revoke it.";
const OVER: &str = "It was decided about before, or its time is over.";
