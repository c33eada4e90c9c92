//! Routes of the two-person rule.

use axum::{body::Body, response::Response};
use countermand_relay_api::{
    self as api, Approval, ApprovalList, ApprovalState, DecisionRequest, Role,
};
use countermand_store::RunRecord;
use http::{Method, StatusCode, request::Parts};

use crate::{
    approvals::{LISTED, summary, with_short_sweep, with_targets},
    audit::{Decision, Entry},
    context::ConnectionRequest,
    request_body,
    response::{Refusal, json, logged, refused},
    runs::described,
};

/// The largest body: a decision.
const LARGEST_BODY: usize = 1 << 10;

impl ConnectionRequest {
    /// Answers `approvals` and `approvals/RUN`.
    pub(crate) async fn approvals(&self, rest: &[&str], parts: &Parts, body: Body) -> Response {
        logged("approvals", self.approvals_of(rest, parts, body).await)
    }

    async fn approvals_of(
        &self,
        rest: &[&str],
        parts: &Parts,
        body: Body,
    ) -> Result<Response, Refusal> {
        if self.connection.config.approval.is_none() || parts.uri.query().is_some() {
            return Err(Refusal::NotFound);
        }
        // Viewers do not decide, and do not see who does.
        if self.role < Role::Operator {
            return Err(Refusal::Forbidden);
        }
        let decides = parts.method == Method::POST;
        match rest {
            [] | [_] if parts.method != Method::GET && (rest.is_empty() || !decides) => {
                Err(Refusal::Method(match rest {
                    [] => "GET",
                    _ => "GET, POST",
                }))
            }
            [] => {
                let asked = self
                    .context
                    .store
                    .approval_requests(self.name(), LISTED)
                    .await;
                let asked = asked.map_err(|_| Refusal::Store)?;
                self.listed(asked).await
            }
            [id] if decides => {
                let bytes = request_body::read(&parts.headers, body, LARGEST_BODY).await?;
                let id = (*id).to_owned();
                self.uninterrupted(|this| async move { this.decide(&id, &bytes).await })
                    .await
            }
            [id] => {
                let approval = told(self.found(id).await?).ok_or(Refusal::NotFound)?;
                let plan = self.context.store.read_plan(id).await;
                let whole = match plan.map_err(|_| Refusal::Store)? {
                    None => approval,
                    Some(plan) => with_targets(approval, &plan).map_err(|_| Refusal::Store)?,
                };
                Ok(json(StatusCode::OK, &whole))
            }
            _ => Err(Refusal::NotFound),
        }
    }

    async fn listed(&self, asked: Vec<RunRecord>) -> Result<Response, Refusal> {
        let mut approvals = Vec::with_capacity(asked.len());
        for run in asked {
            let is_sweep = described(run.clone()).devices.is_some();
            let Some(approval) = told(run) else { continue };
            let plan = match is_sweep {
                true => self.context.store.plan(&approval.id).await,
                false => Ok(None),
            };
            approvals.push(match plan.map_err(|_| Refusal::Store)? {
                Some(plan) => with_short_sweep(approval, &plan).map_err(|_| Refusal::Store)?,
                None => approval,
            });
        }
        let list: ApprovalList<Approval> = ApprovalList { approvals };
        Ok(json(StatusCode::OK, &list))
    }

    async fn decide(&self, id: &str, bytes: &[u8]) -> Result<Response, Refusal> {
        let request: DecisionRequest = serde_json::from_slice(bytes).map_err(|_| {
            Refusal::Malformed(
                "The body must be {\"decision\":\"approve\"}, \"decline\" or \"withdraw\"; \"plan_sha256\" may be added.",
            )
        })?;
        let run = self.found(id).await?;
        let approval = told(run.clone()).ok_or(Refusal::NotFound)?;
        let who = self.user.name.as_str();
        let audit = &self.context.audit;
        audit.ensure_writable().await.map_err(|_| Refusal::Audit)?;
        let is_decided = match request.decision {
            api::Decision::Withdraw => {
                let is_approvers = approval.state == ApprovalState::Approved
                    && approval.decided_by.as_deref() == Some(who);
                if approval.by != who && !is_approvers {
                    return Ok(refused(StatusCode::FORBIDDEN, ONLY_WHO_ASKED));
                }
                self.withdraw(&run).await?
            }
            decision => {
                if approval.by == who {
                    return Ok(refused(StatusCode::FORBIDDEN, YOURSELF));
                }
                if approval.is_reading {
                    return Ok(refused(StatusCode::CONFLICT, UNREAD));
                }
                let seen = request.plan_sha256.as_deref();
                if seen.is_some_and(|seen| approval.plan_sha256.as_deref() != Some(seen)) {
                    return Ok(refused(StatusCode::CONFLICT, ANOTHER_PLAN));
                }
                let (is_approved, decision) = match decision {
                    api::Decision::Approve => (true, Decision::Approved),
                    _ => (false, Decision::Declined),
                };
                let runs = &self.context.runs;
                let decided = runs.decide(self.name(), id, is_approved, who, seen).await;
                let decided = decided.map_err(|_| Refusal::Store)?;
                if decided {
                    self.note_decision(&run, decision).await?;
                }
                decided
            }
        };
        match is_decided {
            false => Ok(refused(StatusCode::CONFLICT, OVER)),
            true => {
                let now = told(self.found(id).await?).ok_or(Refusal::NotFound)?;
                Ok(json(StatusCode::OK, &now))
            }
        }
    }

    /// Takes a run back that has not begun. Returns `false` where it has.
    pub(super) async fn withdraw(&self, run: &RunRecord) -> Result<bool, Refusal> {
        let (runs, who) = (&self.context.runs, self.user.name.as_str());
        let withdrawn = runs.withdraw(self.name(), &run.id, who).await;
        let withdrawn = withdrawn.map_err(|_| Refusal::Store)?;
        if withdrawn {
            self.note_decision(run, Decision::Withdrawn).await?;
        }
        Ok(withdrawn)
    }

    /// Writes a decision that counts. What begins says who approved it, so nothing is sent that the audit does not know
    /// of, even where this cannot be written.
    async fn note_decision(&self, run: &RunRecord, decision: Decision) -> Result<(), Refusal> {
        let approval = run.approval.as_ref();
        self.write(Entry::Decided {
            approval: run.id.clone(),
            who: self.user.name.to_string(),
            decision,
            plan: approval.and_then(|approval| approval.sha256.clone()),
        })
        .await
    }
}

const OVER: &str = "It was decided about before, waited too long, or has begun.";
const YOURSELF: &str = "Somebody else has to decide about what you ask for.";
const ONLY_WHO_ASKED: &str = "Only who asked, or who approved it, can withdraw it.";
const UNREAD: &str = "What is asked for is still being read at the vendor. Try again in a moment.";
const ANOTHER_PLAN: &str = "plan_sha256 must be that of the plan that waits: look at it again.";

fn told(run: RunRecord) -> Option<Approval> {
    let count = described(run.clone()).total;
    summary(&run, usize::try_from(count).unwrap_or(usize::MAX))
}
