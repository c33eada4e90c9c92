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
    audit::{Answer, Entry, Number, Sending},
    calls::{Asked, Call, Cancelling, NoCall, PAGE, Query, Sighting},
};

/// The largest body of a call: a search.
const LARGEST_BODY: usize = 64 << 10;

/// How long a request waits for its turn in the budget before it is told to come again.
const LONGEST_TURN: Duration = Duration::from_secs(5);

/// More pages than this nothing waits on one device.
const MOST_PAGES: u32 = 20;

/// What is malformed is refused whole: no part of it is taken for absent.
const MALFORMED: Refusal =
    Refusal::Malformed("Its parameters are not those of this endpoint, each whole and once.");

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
            query: Query::read(parts.uri.query()).ok_or(MALFORMED)?,
            body: &body,
        };
        Call::read(&self.connection.config.org, &asked).map_err(|no_call| match no_call {
            NoCall::Unknown => Refusal::NotFound,
            NoCall::Malformed => MALFORMED,
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
                let _ = self.inner.audit.durable().await;
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
        let Some(number) = self.write_sending(cancelling, approval.as_deref()).await? else {
            // It was taken back, or used by another request, while this one waited for its turn.
            self.forbid(cancelling, "approval").await;
            return Err(Refusal::Approval);
        };
        let answer = exchange(&self.inner, &self.connection, call).await;
        let (said, status, word) = judged(&self.connection, call, &answer);
        let name = self.connection.config.name.as_str();
        self.inner.metrics.cancel(name, said.as_str());
        if let Some(approval) = &approval {
            self.inner.approvals.settle(approval, cancelling, said);
        }
        self.inner.audit.answered(number, said, status, word).await;
        passed_on(answer.map_err(|error| refused_by_the_way(&error))?)
    }

    /// Writes that a cancel leaves, and takes the approval that it leaves with; none where that opens it no
    /// more.
    async fn write_sending(
        &self,
        cancelling: &Cancelling,
        approval: Option<&str>,
    ) -> Result<Option<Number>, Refusal> {
        let approvals = &self.inner.approvals;
        let sending = Sending {
            who: self.user.name.as_str(),
            connection: self.connection.config.name.as_str(),
            cancelling,
            approval: approval.map(str::to_owned),
        };
        let mut is_claimed = false;
        let written = self.inner.audit.sending(sending, |note| {
            is_claimed = match approval {
                None => note(),
                Some(id) => approvals.claim(id, cancelling, note),
            };
            is_claimed
        });
        let written = written.await;
        if let (Err(_), true, Some(id)) = (&written, is_claimed, approval) {
            approvals.settle(id, cancelling, Answer::NotSent);
        }
        written.map_err(|_| Refusal::Audit)
    }

    /// The approval that a cancel has, where it needs one; the vendor's answer where that stands in the way.
    async fn approval_for(
        &self,
        cancelling: &Cancelling,
    ) -> Result<Result<Option<String>, Response>, Refusal> {
        let Some(rule) = &self.connection.config.approval else {
            return Ok(Ok(None));
        };
        let (approvals, name) = (&self.inner.approvals, self.connection.config.name.as_str());
        let who = self.user.name.as_str();
        let asks_for_kind = rule.asks_for_kinds() && cancelling.command.is_some();
        let now = match asks_for_kind || approvals.is_approved(name, who, cancelling) {
            true => match self.look(cancelling, LONGEST_TURN).await? {
                Ok(now) => Some(now),
                Err(response) => return passed_on(response).map(Err),
            },
            false => None,
        };
        let why = match approvals.needs(rule, name, who, cancelling, now.as_deref()) {
            Needs::Nothing => return Ok(Ok(None)),
            Needs::Approved(approval) => return Ok(Ok(Some(approval))),
            Needs::Approval => "approval",
            Needs::Changed => "changed",
        };
        self.forbid(cancelling, why).await;
        Err(Refusal::Approval)
    }

    /// What the vendor says of the commands that a cancel is about: nobody else's word is taken for it. The
    /// vendor's answer where it says nothing of them.
    pub(super) async fn look(
        &self,
        cancelling: &Cancelling,
        patience: Duration,
    ) -> Result<Result<Vec<Sighting>, http::Response<Bytes>>, Refusal> {
        let mut found = Vec::new();
        for number in 1..=MOST_PAGES {
            let reading = match &cancelling.command {
                Some(_) => Call::reading(cancelling),
                None => Call::waiting(&cancelling.device, number),
            };
            // Without this reading, no cancel leaves.
            let reading = reading.ok_or(Refusal::NotFound)?;
            let budget = &self.connection.upstream.budget;
            let turn = budget.pass_within(RequestClass::Read, Share::Whole, patience);
            turn.await.map_err(Refusal::Rate)?;
            let answer = exchange(&self.inner, &self.connection, &reading).await;
            // No cancel has left: whatever this is, it is no lost one.
            let answer = answer.map_err(|_| Refusal::Unreachable)?;
            let Some(shown) = reading.shown(&self.connection.config.org, &answer) else {
                return Ok(Err(answer));
            };
            let mut page = shown.commands;
            if let Some(asked) = &cancelling.command {
                page.retain(|sighting| sighting.is_of(asked));
                return Ok(Ok(page));
            }
            if page.len() < shown.received {
                // What cannot be read cannot be approved.
                return Err(Refusal::Unreadable);
            }
            found.extend(page);
            if shown.received < PAGE as usize {
                return Ok(Ok(found));
            }
        }
        // More than a vendor lets wait on a device: what is approved would not be what is cancelled.
        Err(Refusal::Unreadable)
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
        let who = self.user.name.as_str();
        self.inner.audit.forbidden(who, &entry).await;
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
