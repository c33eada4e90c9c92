//! Forwards a call and returns its response; a cancel is in the audit before it leaves.

use std::time::{Duration, Instant};

use axum::{body::Body, response::Response};
use bytes::Bytes;
use countermand_transport::{RequestClass, Share, TransportError};
use http::request::Parts;

use super::upstream_response::{classify, client_response, transport_refusal};
use crate::{
    access::Role,
    approvals::{Rule, WINDOW, target_key},
    audit::{Entry, Sending},
    context::{Connection, ConnectionRequest, RelayContext},
    provider::{self, Call, CancelTarget, ObservedState, ParseError, Query, RawCall, served},
    request_body,
    response::{Refusal, logged},
};

/// The largest body of a call: a search.
const LARGEST_BODY: usize = 64 << 10;

/// How long a request waits for its turn in the budget before it is told to come again.
const LONGEST_TURN: Duration = Duration::from_secs(5);

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

    async fn dispatch(&self, mut call: Call) -> Result<Response, Refusal> {
        let Some(target) = call.target.clone() else {
            return self.read(call).await;
        };
        // Boxed: what is large is copied for each request, and most are reads.
        Box::pin(async {
            // From the first line of the audit to the last, even where the client disconnects.
            let request = self.clone();
            let cancel = async move { request.cancel(&mut call, &target).await };
            let cancelled = self.context.tasks.run(cancel).await;
            cancelled.unwrap_or(Err(Refusal::Upstream))
        })
        .await
    }

    async fn read(&self, mut call: Call) -> Result<Response, Refusal> {
        // Reads leave a share of the budget for cancels, and viewers leave one for operators.
        let share = match self.role {
            Role::Viewer => Share::Half,
            Role::Operator => Share::Most,
        };
        self.wait_turn(RequestClass::Read, share).await?;
        let answer = exchange(&self.context, &self.connection, &mut call).await;
        let answer = answer.map_err(|error| transport_refusal(&error))?;
        let name = self.connection.config.name.as_str();
        if self.context.audit.watches(name) {
            let commands = call.decode_commands(&answer).unwrap_or_default();
            let news = self.context.audit.record_observed(name, &commands);
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
    async fn cancel(&self, call: &mut Call, target: &CancelTarget) -> Result<Response, Refusal> {
        if self.role < Role::Operator {
            self.forbid(target, "role").await;
            return Err(Refusal::Forbidden);
        }
        if !self.connection.config.required_notes.is_none() {
            self.forbid(target, "notes").await;
            return Err(Refusal::Notes);
        }
        if let Err(response) = self.must_need_no_approval(target).await? {
            return Ok(response);
        }
        self.wait_turn(RequestClass::Cancel, Share::Whole).await?;
        let sending = Sending {
            who: self.user.name.as_str(),
            connection: self.connection.config.name.as_str(),
            target,
        };
        let number = self.context.audit.sending(sending).await;
        let number = number.map_err(|_| Refusal::Audit)?;
        let answer = exchange(&self.context, &self.connection, call).await;
        let (said, status, word) = classify(call, &answer);
        let name = self.connection.config.name.as_str();
        self.context.metrics.cancel(name, said.as_str());
        self.context
            .audit
            .record_response(number, said, status, word)
            .await;
        client_response(answer.map_err(|error| transport_refusal(&error))?)
    }

    /// Refuses a cancel that a second person has to approve: only a run can be approved. Returns the provider's response
    /// where reading the command failed.
    async fn must_need_no_approval(
        &self,
        target: &CancelTarget,
    ) -> Result<Result<(), Response>, Refusal> {
        let config = &self.connection.config;
        let Some(rule) = &config.approval else {
            return Ok(Ok(()));
        };
        // How many commands wait on a device is not known here: it may be any number.
        let mut needs_approval = target.command.is_none();
        if !needs_approval && rule.asks_for_kinds() {
            let found = match self.observe(target).await? {
                Ok(found) => found,
                Err(response) => return client_response(response).map(Err),
            };
            let rule = Rule {
                rule,
                severity_rules: &config.severity_rules,
            };
            let known = found.iter().map(|one| (&*one.kind, one.name.as_deref()));
            needs_approval = found.is_empty() && rule.names("", None)
                || known.into_iter().any(|(kind, name)| rule.names(kind, name));
        }
        if let (false, Some(most), Some(command)) = (needs_approval, rule.targets, &target.command)
        {
            let (key, now) = (
                [target_key(&target.device, command)],
                self.context.timer.now(),
            );
            let (name, who) = (config.name.as_str(), self.user.name.as_str());
            let store = &self.context.store;
            let counted = store.count_unapproved(name, who, &key, most as u64, now, WINDOW);
            // What does not count does not leave.
            needs_approval = !counted.await.map_err(|_| Refusal::Audit)?;
        }
        if needs_approval {
            self.forbid(target, "approval").await;
            return Err(Refusal::Approval);
        }
        Ok(Ok(()))
    }

    /// Reads the command that a cancel is about at the provider, whose word alone counts. Returns the provider's response
    /// where it does not show it.
    async fn observe(
        &self,
        target: &CancelTarget,
    ) -> Result<Result<Vec<ObservedState>, http::Response<Bytes>>, Refusal> {
        let (org, base) = (&self.connection.config.org, &self.connection.config.base);
        let served = served(org.provider()).map_err(|_| Refusal::NotFound)?;
        let command = target.command.as_ref().ok_or(Refusal::NotFound)?;
        // Without this reading, no cancel leaves.
        let reading = (served.get_command)(org, base, &target.device, command);
        let mut reading = reading.ok_or(Refusal::NotFound)?;
        self.wait_turn(RequestClass::Read, Share::Whole).await?;
        let answer = exchange(&self.context, &self.connection, &mut reading).await;
        // No cancel has left, so none is lost.
        let answer = answer.map_err(|_| Refusal::Unreachable)?;
        Ok(match reading.decode_commands(&answer) {
            None => Err(answer),
            Some(mut commands) => {
                commands.retain(|observed| observed.is_of(command));
                Ok(commands)
            }
        })
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

/// Sends the new request of a call, and measures it.
async fn exchange(
    context: &RelayContext,
    connection: &Connection,
    call: &mut Call,
) -> Result<http::Response<Bytes>, TransportError> {
    let began = Instant::now();
    let answer = connection.upstream.send(call.take_request()).await;
    let (name, route) = (connection.config.name.as_str(), call.route.operation);
    context.metrics.upstream(name, route, began.elapsed());
    answer
}
