//! Forwards a call and returns its response; a cancel is in the audit before it leaves.

use std::time::{Duration, Instant};

use axum::{body::Body, response::Response};
use bytes::Bytes;
use countermand_transport::{RequestClass, Share, TransportError};
use http::request::Parts;

use super::upstream_response::{classify, client_response, transport_refusal};
use crate::{
    access::Role,
    approvals::ApprovalNeed,
    audit::{CancelResponse, Entry, Number, Sending},
    context::{Connection, ConnectionRequest, RelayContext},
    provider::{
        self, Call, CancelTarget, ObservedState, PENDING_PAGE, ParseError, Query, RawCall, served,
    },
    request_body,
    response::{Refusal, logged},
};

/// The largest body of a call: a search.
const LARGEST_BODY: usize = 64 << 10;

/// How long a request waits for its turn in the budget before it is told to come again.
const LONGEST_TURN: Duration = Duration::from_secs(5);

/// How many pages of pending commands a device has at most.
const MOST_PAGES: u32 = 20;

/// A malformed request is refused as a whole: no part of it counts as absent.
const MALFORMED: Refusal =
    Refusal::Malformed("Its parameters are not those of this endpoint, each whole and once.");

impl ConnectionRequest {
    /// Forwards a request that is a call of an endpoint in use.
    pub(crate) async fn forward(&self, rest: &[&str], parts: &Parts, body: Body) -> Response {
        let config = &self.connection.config;
        let (route, response) = match self.call(rest, parts, body).await {
            Ok(call) => (call.route.operation, self.dispatch(call).await),
            Err(refusal) => ("no_call", Err(refusal)),
        };
        let provider = config.org.provider();
        let response = response.unwrap_or_else(|refusal| refusal.response_of(provider));
        logged(route, response)
    }

    async fn call(&self, rest: &[&str], parts: &Parts, body: Body) -> Result<Call, Refusal> {
        let body = request_body::read(&parts.headers, body, LARGEST_BODY).await?;
        let (org, base) = (&self.connection.config.org, &self.connection.config.base);
        let asked = RawCall {
            method: &parts.method,
            segments: rest,
            query: Query::read(parts.uri.query()).ok_or(MALFORMED)?,
            body: &body,
        };
        provider::parse(org, base, &asked).map_err(|error| match error {
            ParseError::Unknown => Refusal::NotFound,
            ParseError::Malformed => MALFORMED,
            ParseError::Method(allowed) => Refusal::Method(allowed),
        })
    }

    async fn dispatch(&self, call: Call) -> Result<Response, Refusal> {
        let Some(target) = call.target.clone() else {
            return self.read(&call).await;
        };
        // From the first line of the audit to the last, even where the client disconnects.
        let request = self.clone();
        let cancel = async move { request.cancel(&call, &target).await };
        let cancelled = self.context.tasks.run(cancel).await;
        cancelled.unwrap_or(Err(Refusal::Upstream))
    }

    async fn read(&self, call: &Call) -> Result<Response, Refusal> {
        // Reads leave a share of the budget for cancels, and viewers leave one for operators.
        let share = match self.role {
            Role::Viewer => Share::Half,
            Role::Operator => Share::Most,
        };
        self.wait_turn(RequestClass::Read, share).await?;
        let answer = exchange(&self.context, &self.connection, call).await;
        let answer = answer.map_err(|error| transport_refusal(&error))?;
        let name = self.connection.config.name.as_str();
        if self.context.audit.watches(name) {
            let page = call.decode_commands(&answer).unwrap_or_default();
            let news = self.context.audit.record_observed(name, &page.commands);
            for state in &news {
                self.context.metrics.seen(name, state.as_str());
            }
            // Before the page gets it: what it then shows is in the audit.
            if !news.is_empty() {
                let _ = self.context.audit.flush().await;
            }
        }
        client_response(answer)
    }

    /// Writes a cancel to the audit, sends it, and writes its response.
    async fn cancel(&self, call: &Call, target: &CancelTarget) -> Result<Response, Refusal> {
        if self.role < Role::Operator {
            self.forbid(target, "role").await;
            return Err(Refusal::Forbidden);
        }
        if !self.connection.config.required_notes.is_none() {
            self.forbid(target, "notes").await;
            return Err(Refusal::Notes);
        }
        let approval = match self.approval_for(target).await? {
            Ok(approval) => approval,
            Err(response) => return Ok(response),
        };
        self.wait_turn(RequestClass::Cancel, Share::Whole).await?;
        let Some(number) = self.write_sending(target, approval.as_deref()).await? else {
            // It was withdrawn, or used by another request, while this one waited for its turn.
            self.forbid(target, "approval").await;
            return Err(Refusal::Approval);
        };
        let answer = exchange(&self.context, &self.connection, call).await;
        let (said, status, word) = classify(call, &answer);
        let name = self.connection.config.name.as_str();
        self.context.metrics.cancel(name, said.as_str());
        if let Some(approval) = &approval {
            self.context.approvals.settle(approval, target, said);
        }
        self.context
            .audit
            .record_response(number, said, status, word)
            .await;
        client_response(answer.map_err(|error| transport_refusal(&error))?)
    }

    /// Writes that a cancel leaves, and claims its approval. Returns `None` where the approval does not cover it any
    /// more.
    async fn write_sending(
        &self,
        target: &CancelTarget,
        approval: Option<&str>,
    ) -> Result<Option<Number>, Refusal> {
        let approvals = &self.context.approvals;
        let sending = Sending {
            who: self.user.name.as_str(),
            connection: self.connection.config.name.as_str(),
            target,
            approval: approval.map(str::to_owned),
        };
        let mut is_claimed = false;
        let written = self.context.audit.sending(sending, |note| {
            is_claimed = match approval {
                None => note(),
                Some(id) => approvals.claim(id, target, note),
            };
            is_claimed
        });
        let written = written.await;
        if let (Err(_), true, Some(id)) = (&written, is_claimed, approval) {
            approvals.settle(id, target, CancelResponse::NotSent);
        }
        written.map_err(|_| Refusal::Audit)
    }

    /// Returns the approval of a cancel, where it needs one; or the provider's response, where reading the command
    /// failed.
    async fn approval_for(
        &self,
        target: &CancelTarget,
    ) -> Result<Result<Option<String>, Response>, Refusal> {
        let Some(rule) = &self.connection.config.approval else {
            return Ok(Ok(None));
        };
        let (approvals, name) = (
            &self.context.approvals,
            self.connection.config.name.as_str(),
        );
        let who = self.user.name.as_str();
        let asks_for_kind = rule.asks_for_kinds() && target.command.is_some();
        let now = match asks_for_kind || approvals.is_approved(name, who, target) {
            true => match self.observe(target, LONGEST_TURN).await? {
                Ok(now) => Some(now),
                Err(response) => return client_response(response).map(Err),
            },
            false => None,
        };
        let why = match approvals.needs(rule, name, who, target, now.as_deref()) {
            ApprovalNeed::Nothing => return Ok(Ok(None)),
            ApprovalNeed::Approved(approval) => return Ok(Ok(Some(approval))),
            ApprovalNeed::Approval => "approval",
            ApprovalNeed::Changed => "changed",
        };
        self.forbid(target, why).await;
        Err(Refusal::Approval)
    }

    /// Reads the commands that a cancel is about at the provider, whose word alone counts. Returns the provider's
    /// response where it does not show them.
    pub(crate) async fn observe(
        &self,
        target: &CancelTarget,
        patience: Duration,
    ) -> Result<Result<Vec<ObservedState>, http::Response<Bytes>>, Refusal> {
        let (org, base) = (&self.connection.config.org, &self.connection.config.base);
        let served = served(org.provider()).map_err(|_| Refusal::NotFound)?;
        let mut found = Vec::new();
        for number in 1..=MOST_PAGES {
            let reading = match &target.command {
                Some(id) => (served.get_command)(org, base, &target.device, id),
                None => (served.list_pending)(org, base, &target.device, number),
            };
            // Without this reading, no cancel leaves.
            let reading = reading.ok_or(Refusal::NotFound)?;
            let budget = &self.connection.upstream.budget;
            let turn = budget.pass_within(RequestClass::Read, Share::Whole, patience);
            turn.await.map_err(Refusal::Rate)?;
            let answer = exchange(&self.context, &self.connection, &reading).await;
            // No cancel has left, so none is lost.
            let answer = answer.map_err(|_| Refusal::Unreachable)?;
            let Some(shown) = reading.decode_commands(&answer) else {
                return Ok(Err(answer));
            };
            let mut page = shown.commands;
            if let Some(asked) = &target.command {
                page.retain(|observed| observed.is_of(asked));
                return Ok(Ok(page));
            }
            if page.len() < shown.received {
                // What cannot be read cannot be approved.
                return Err(Refusal::Unreadable);
            }
            found.extend(page);
            if shown.received < PENDING_PAGE as usize {
                return Ok(Ok(found));
            }
        }
        // More than a provider lets wait on a device: the approval would not cover what is cancelled.
        Err(Refusal::Unreadable)
    }

    async fn wait_turn(&self, class: RequestClass, share: Share) -> Result<(), Refusal> {
        let budget = &self.connection.upstream.budget;
        let turn = budget.pass_within(class, share, LONGEST_TURN);
        turn.await.map_err(Refusal::Rate)
    }

    async fn forbid(&self, target: &CancelTarget, why: &str) {
        let name = self.connection.config.name.as_str();
        self.context.metrics.cancel(name, "forbidden");
        let entry = Entry::Forbidden {
            who: self.user.name.to_string(),
            connection: name.to_owned(),
            device: target.device.to_string(),
            command: target.command.as_ref().map(ToString::to_string),
            why: why.to_owned(),
        };
        // It is refused whether or not the audit can be written.
        let who = self.user.name.as_str();
        self.context.audit.forbidden(who, &entry).await;
    }
}

/// Sends a new request for a call, and measures it.
async fn exchange(
    context: &RelayContext,
    connection: &Connection,
    call: &Call,
) -> Result<http::Response<Bytes>, TransportError> {
    let began = Instant::now();
    let answer = connection.upstream.send(call.request.clone()).await;
    let (name, route) = (connection.config.name.as_str(), call.route.operation);
    context.metrics.upstream(name, route, began.elapsed());
    answer
}
