//! Passing a call on, and its answer back.

use std::time::{Duration, Instant};

use axum::{body::Body, response::Response};
use bytes::Bytes;
use countermand_transport::{RequestClass, Share, TransportError, TransportErrorKind};
use http::request::Parts;

use super::{
    Asking, Connection, Inner, Told, body,
    came_back::{judged, passed_on, refused_by_the_way},
};
use crate::{
    access::Role,
    answers::Refusal,
    approvals::Needs,
    audit::Entry,
    calls::{Asked, Call, Cancelling, NoCall, Query},
};

/// The largest body of a call: a search.
const LARGEST_BODY: usize = 64 << 10;

/// How long a request waits for its turn in the budget before it is told to come again.
const LONGEST_TURN: Duration = Duration::from_secs(5);

impl Asking {
    /// Passes on what is a call of an endpoint in use.
    pub(super) async fn pass(&self, rest: &[&str], parts: &Parts, body: Body) -> Response {
        let config = &self.connection.config;
        let provider = Some(config.org.provider());
        match self.call(rest, parts, body).await {
            Ok(call) => {
                let mut response = match self.go(&call).await {
                    Ok(response) => response,
                    Err(refusal) => refusal.answer(provider),
                };
                response
                    .extensions_mut()
                    .insert(Told::of(call.route().operation));
                response
            }
            Err(refusal) => {
                let mut response = refusal.answer(provider);
                response.extensions_mut().insert(Told::of("no_call"));
                response
            }
        }
    }

    async fn call(&self, rest: &[&str], parts: &Parts, body: Body) -> Result<Call, Refusal> {
        let body = body::read(&parts.headers, body, LARGEST_BODY).await?;
        let asked = Asked {
            method: &parts.method,
            segments: rest,
            query: Query::read(parts.uri.query()).ok_or(Refusal::NotFound)?,
            body: &body,
        };
        Call::read(&self.connection.config.org, &asked).map_err(|no_call| match no_call {
            NoCall::Unknown => Refusal::NotFound,
            NoCall::Method(allowed) => Refusal::Method(allowed),
        })
    }

    async fn go(&self, call: &Call) -> Result<Response, Refusal> {
        let Some(cancelling) = call.cancelling() else {
            return self.read(call).await;
        };
        // From the first line of the audit to the last one, whether or not whoever asked is still there.
        let (asking, call) = (self.clone(), call.clone());
        let cancel = async move { asking.cancel(&call, &cancelling).await };
        let cancelled = self.inner.tasks.run(cancel).await;
        cancelled.unwrap_or(Err(Refusal::Upstream))
    }

    async fn read(&self, call: &Call) -> Result<Response, Refusal> {
        // However much is read, something is left to cancel with; and to operators, whatever viewers read.
        let share = match self.role {
            Role::Viewer => Share::Half,
            Role::Operator => Share::Most,
        };
        self.turn(RequestClass::Read, share).await?;
        let answer = exchange(&self.inner, &self.connection, call).await;
        let answer = answer.map_err(|error| refused_by_the_way(&error))?;
        let name = self.connection.config.name.as_str();
        if self.inner.audit.watches(name) {
            let sightings = call.sightings(&self.connection.config.org, &answer);
            let news = self.inner.audit.saw(name, &sightings);
            for state in &news {
                self.inner.metrics.seen(name, state.as_str());
            }
            // Before the page is told: what it then claims is written here.
            if !news.is_empty() {
                self.inner.audit.flush(&self.inner.tasks).await;
            }
        }
        passed_on(answer)
    }

    /// Writes down, sends, and writes down what came.
    async fn cancel(&self, call: &Call, cancelling: &Cancelling) -> Result<Response, Refusal> {
        if self.role < Role::Operator {
            self.forbid(cancelling, "role").await;
            return Err(Refusal::Forbidden);
        }
        let approval = match self.approval_for(cancelling).await? {
            Ok(approval) => approval,
            Err(response) => return Ok(response),
        };
        self.turn(RequestClass::Cancel, Share::Whole).await?;
        let (audit, name) = (&self.inner.audit, self.connection.config.name.as_str());
        let who = self.user.name.as_str();
        let written = audit.sending(who, name, cancelling, approval).await;
        let number = written.map_err(|_| Refusal::Audit)?;
        let answer = exchange(&self.inner, &self.connection, call).await;
        let (said, status, word) = judged(&self.connection, call, &answer);
        self.inner.metrics.cancel(name, said.as_str());
        audit.answered(number, said, status, word).await;
        passed_on(answer.map_err(|error| refused_by_the_way(&error))?)
    }

    /// The approval that a cancel has, where it needs one; the vendor's answer where that stands in the way.
    async fn approval_for(
        &self,
        cancelling: &Cancelling,
    ) -> Result<Result<Option<String>, Response>, Refusal> {
        let Some(rule) = &self.connection.config.approval else {
            return Ok(Ok(None));
        };
        let kind = match (rule.asks_for_kinds(), Call::reading(cancelling)) {
            (true, Some(reading)) => match self.kind(&reading).await? {
                Ok(kind) => Some(kind),
                Err(response) => return Ok(Err(response)),
            },
            _ => None,
        };
        let needs = self.inner.approvals.needs(
            rule,
            self.connection.config.name.as_str(),
            self.user.name.as_str(),
            cancelling,
            kind.as_deref(),
        );
        match needs {
            Needs::Nothing => Ok(Ok(None)),
            Needs::Approved(approval) => Ok(Ok(Some(approval))),
            Needs::Approval => {
                self.forbid(cancelling, "approval").await;
                Err(Refusal::Approval)
            }
        }
    }

    /// What a command does, by the vendor's word: the page's is not taken for it.
    async fn kind(&self, reading: &Call) -> Result<Result<String, Response>, Refusal> {
        // Without this reading, no cancel leaves.
        self.turn(RequestClass::Read, Share::Whole).await?;
        let answer = exchange(&self.inner, &self.connection, reading).await;
        // No cancel has left: whatever this is, it is no lost one.
        let answer = answer.map_err(|_| Refusal::Unreachable)?;
        let org = &self.connection.config.org;
        match reading.sightings(org, &answer).pop() {
            Some(command) => Ok(Ok(command.kind)),
            None if answer.status().is_success() => Ok(Ok(String::new())),
            None => passed_on(answer).map(Err),
        }
    }

    async fn turn(&self, class: RequestClass, share: Share) -> Result<(), Refusal> {
        let budget = &self.connection.upstream.budget;
        let turn = budget.pass_within(class, share, LONGEST_TURN);
        turn.await.map_err(Refusal::Rate)
    }

    async fn forbid(&self, cancelling: &Cancelling, why: &str) {
        let name = self.connection.config.name.as_str();
        self.inner.metrics.cancel(name, "forbidden");
        let entry = Entry::Forbidden {
            who: self.user.name.to_string(),
            connection: name.to_owned(),
            device: cancelling.device.to_string(),
            command: cancelling.command.as_ref().map(ToString::to_string),
            why: why.to_owned(),
        };
        // It is refused whether or not that can be written down.
        let _ = self.inner.audit.write(&entry).await;
    }
}

/// Sends a call, made anew, and times it.
async fn exchange(
    inner: &Inner,
    connection: &Connection,
    call: &Call,
) -> Result<http::Response<Bytes>, TransportError> {
    let config = &connection.config;
    let route = call.route();
    let request = call.request(&config.org, &config.base).map_err(|error| {
        TransportError::new(TransportErrorKind::InvalidRequest).with_source(error.to_string())
    });
    let mut request = request?;
    request.extensions_mut().insert(route);
    request.extensions_mut().insert(match call.cancelling() {
        Some(_) => RequestClass::Cancel,
        None => RequestClass::Read,
    });
    let began = Instant::now();
    let answer = connection.upstream.send(request).await;
    let name = config.name.as_str();
    inner
        .metrics
        .upstream(name, route.operation, began.elapsed());
    answer
}
