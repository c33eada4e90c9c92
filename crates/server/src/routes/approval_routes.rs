//! Routes of the two-person rule.

use axum::{body::Body, response::Response};
use countermand_relay_api::{
    self as api, Approval, ApprovalList, ApprovalRequest, DecisionRequest, ErrorBody, Role,
};
use http::{Method, StatusCode, request::Parts};

use crate::{
    access::random_token,
    approvals::{DecisionError, RequestError},
    audit::{Decision, Entry},
    context::ConnectionRequest,
    request_body,
    response::{Refusal, json, logged},
};

/// The largest body: twenty thousand targets with the names of their devices.
const LARGEST_BODY: usize = 8 << 20;

impl ConnectionRequest {
    /// Answers `approvals` and `approvals/ID`.
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
        // Viewers neither request nor decide, and do not see who does.
        if self.role < Role::Operator {
            return Err(Refusal::Forbidden);
        }
        if ![Method::GET, Method::POST].contains(&parts.method) {
            return Err(Refusal::Method("GET, POST"));
        }
        let asks = parts.method == Method::POST;
        match rest {
            [] if asks => {
                let bytes = request_body::read(&parts.headers, body, LARGEST_BODY).await?;
                self.uninterrupted(|this| async move { this.ask(&bytes).await })
                    .await
            }
            [] => Ok(json(
                StatusCode::OK,
                &ApprovalList {
                    approvals: self.all(),
                },
            )),
            [id] if asks => {
                let bytes = request_body::read(&parts.headers, body, 1 << 10).await?;
                let id = (*id).to_owned();
                self.uninterrupted(|this| async move { this.decide(&id, &bytes).await })
                    .await
            }
            [id] => {
                let found = self.all().into_iter().find(|approval| approval.id == *id);
                let approval = found.ok_or(Refusal::NotFound)?;
                Ok(json(StatusCode::OK, &approval))
            }
            _ => Err(Refusal::NotFound),
        }
    }

    fn all(&self) -> Vec<Approval> {
        self.context
            .approvals
            .of(self.connection.config.name.as_str())
    }

    async fn ask(&self, bytes: &[u8]) -> Result<Response, Refusal> {
        let wanted: ApprovalRequest = serde_json::from_slice(bytes).map_err(|_| {
            Refusal::Malformed(
                "The body must be {\"targets\":[{\"device\",\"command\",\"kind\"}],\"everything\":[DEVICE]}.",
            )
        })?;
        let name = self.connection.config.name.as_str();
        let org = &self.connection.config.org;
        let id = random_token().map_err(|_| Refusal::Audit)?;
        let (approvals, audit) = (&self.context.approvals, &self.context.audit);
        audit.ensure_writable().await.map_err(|_| Refusal::Audit)?;
        let who = self.user.name.as_str();
        let asked = approvals.ask(name, org.provider(), who, id, &wanted, |approval| {
            audit.queue(&Entry::Asked {
                approval: approval.id.clone(),
                who: who.to_owned(),
                connection: name.to_owned(),
                targets: approval.targets.len() + approval.everything.len(),
            })
        });
        let approval = match asked {
            Ok(approval) => approval,
            Err(RequestError::Unwritten) => return Err(Refusal::Audit),
            Err(why) => {
                let status = match why {
                    RequestError::Full(_) => StatusCode::TOO_MANY_REQUESTS,
                    _ => StatusCode::BAD_REQUEST,
                };
                return Ok(json(status, &ErrorBody::new(&why.to_string())));
            }
        };
        audit.flush().await.map_err(|_| Refusal::Audit)?;
        self.read_soon(&approval.id).await;
        let mut all = self.all().into_iter();
        let read = all.find(|asked| asked.id == approval.id);
        Ok(json(StatusCode::CREATED, &read.unwrap_or(approval)))
    }

    async fn decide(&self, id: &str, bytes: &[u8]) -> Result<Response, Refusal> {
        let DecisionRequest { decision } = serde_json::from_slice(bytes).map_err(|_| {
            Refusal::Malformed(
                "The body must be {\"decision\":\"approve\"}, \"decline\" or \"withdraw\".",
            )
        })?;
        let decision = match decision {
            api::Decision::Approve => Decision::Approved,
            api::Decision::Decline => Decision::Declined,
            api::Decision::Withdraw => Decision::Withdrawn,
        };
        let (name, who) = (
            self.connection.config.name.as_str(),
            self.user.name.as_str(),
        );
        let audit = &self.context.audit;
        audit.ensure_writable().await.map_err(|_| Refusal::Audit)?;
        let decided = self.context.approvals.decide(name, id, who, decision, || {
            audit.queue(&Entry::Decided {
                approval: id.to_owned(),
                who: who.to_owned(),
                decision,
            })
        });
        match decided {
            // Cancels under this approval are written after it, so it must be durable first.
            Ok(approval) => {
                audit.flush().await.map_err(|_| Refusal::Audit)?;
                Ok(json(StatusCode::OK, &approval))
            }
            Err(why) => not_decided(why),
        }
    }
}

fn not_decided(why: DecisionError) -> Result<Response, Refusal> {
    let (status, message) = match why {
        DecisionError::Unknown => return Err(Refusal::NotFound),
        DecisionError::Over => (
            StatusCode::CONFLICT,
            "It was decided about before, or waited too long.",
        ),
        DecisionError::Yourself => (
            StatusCode::FORBIDDEN,
            "Somebody else has to decide about what you ask for.",
        ),
        DecisionError::OnlyWhoAsked => (
            StatusCode::FORBIDDEN,
            "Only who asked, or who approved it, can withdraw it.",
        ),
        DecisionError::Unread => (
            StatusCode::CONFLICT,
            "What is asked for is still being read at the vendor. Try again in a moment.",
        ),
        DecisionError::Unwritten => return Err(Refusal::Audit),
    };
    Ok(json(status, &ErrorBody::new(message)))
}
