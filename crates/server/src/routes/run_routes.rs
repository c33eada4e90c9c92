//! Routes of the runs that the server drives.

use axum::{body::Body, response::Response};
use countermand_core_model::Timestamp;
use countermand_relay_api::{Role, RunList, RunRequest, route};
use countermand_store::{ApprovalStage, RunRecord, RunState};
use http::{Method, StatusCode, header::CONTENT_TYPE, request::Parts};

use super::run_events;
use crate::{
    approvals::{LONGEST, MOST_OPEN, MOST_RUNS_AN_HOUR, MOST_TARGETS_AN_HOUR, WINDOW},
    audit::Entry,
    context::ConnectionRequest,
    request_body,
    response::{Refusal, json, logged, plain, refused},
    runs::{Order, UnreadJournal, described},
    sweep_terms::in_words,
};

/// The largest body: fifty thousand targets with the names of their commands.
const LARGEST_BODY: usize = 32 << 20;

/// The most bytes of a journal in one response, beyond which the rest is asked for.
const JOURNAL_AT_ONCE: usize = 4 << 20;

impl ConnectionRequest {
    /// Answers `runs` and what is below it.
    pub(crate) async fn runs(&self, rest: &[&str], parts: &Parts, body: Body) -> Response {
        logged("runs", self.runs_of(rest, parts, body).await)
    }

    async fn runs_of(&self, rest: &[&str], parts: &Parts, body: Body) -> Result<Response, Refusal> {
        let (methods, names) = match rest {
            [] => (&[Method::GET, Method::POST][..], "GET, POST"),
            [_, route::STOP | route::RESUME | route::READ] => (&[Method::POST][..], "POST"),
            [_] | [_, route::JOURNAL | route::EVENTS] => (&[Method::GET][..], "GET"),
            _ => return Err(Refusal::NotFound),
        };
        if !methods.contains(&parts.method) {
            return Err(Refusal::Method(names));
        }
        let has_query = matches!(rest, [_, route::JOURNAL | route::READ]);
        if parts.uri.query().is_some() && !has_query {
            return Err(Refusal::NotFound);
        }
        let starts = parts.method == Method::POST;
        match rest {
            [] if starts => {
                self.must_be_operator(None).await?;
                let bytes = request_body::read(&parts.headers, body, LARGEST_BODY).await?;
                self.uninterrupted(|this| async move { this.start_run(&bytes).await })
                    .await
            }
            [] => {
                let runs = self.context.runs.list(self.name()).await;
                let runs = runs
                    .map_err(|_| Refusal::Store)?
                    .into_iter()
                    .map(described)
                    .collect();
                Ok(json(StatusCode::OK, &RunList { runs }))
            }
            [id, route::STOP] => {
                self.must_be_operator(Some(id)).await?;
                let id = (*id).to_owned();
                self.uninterrupted(|this| async move { this.stop_run(&id).await })
                    .await
            }
            [id, route::RESUME] => {
                self.must_be_operator(Some(id)).await?;
                let id = (*id).to_owned();
                self.uninterrupted(|this| async move { this.resume_run(&id).await })
                    .await
            }
            [id, route::READ] => {
                self.must_be_operator(Some(id)).await?;
                let from = from(parts.uri.query(), "The query must be from=NUMBER.")?;
                self.read_again(id, from.unwrap_or(0)).await
            }
            [id, route::JOURNAL] => {
                let (id, query) = ((*id).to_owned(), parts.uri.query().map(str::to_owned));
                self.uninterrupted(|this| async move { this.journal(&id, query.as_deref()).await })
                    .await
            }
            [id, route::EVENTS] => {
                let (id, parts) = ((*id).to_owned(), parts.clone());
                self.uninterrupted(|this| async move { this.watch_run(&id, &parts).await })
                    .await
            }
            [id] => Ok(json(StatusCode::OK, &described(self.found(id).await?))),
            _ => Err(Refusal::NotFound),
        }
    }

    pub(super) fn name(&self) -> &str {
        self.connection.config.name.as_str()
    }

    pub(super) async fn found(&self, id: &str) -> Result<RunRecord, Refusal> {
        let run = self.context.runs.get(self.name(), id).await;
        run.map_err(|_| Refusal::Store)?.ok_or(Refusal::NotFound)
    }

    pub(super) async fn write(&self, entry: Entry) -> Result<(), Refusal> {
        let written = self.context.audit.write(&entry).await;
        written.map_err(|_| Refusal::Audit)
    }

    async fn must_be_operator(&self, run: Option<&str>) -> Result<(), Refusal> {
        if self.role >= Role::Operator {
            return Ok(());
        }
        self.refuse(run, "role").await;
        Err(Refusal::Forbidden)
    }

    async fn refuse(&self, run: Option<&str>, why: &str) {
        let entry = Entry::RunForbidden {
            who: self.user.name.to_string(),
            connection: self.name().to_owned(),
            run: run.map(str::to_owned),
            why: why.to_owned(),
        };
        // It is refused whether or not the audit can be written.
        self.context
            .audit
            .forbidden(self.user.name.as_str(), &entry)
            .await;
    }

    async fn start_run(&self, bytes: &[u8]) -> Result<Response, Refusal> {
        let request: RunRequest = serde_json::from_slice(bytes).map_err(|_| {
            Refusal::Malformed(
                "The body must be {\"plan\":TEXT,\"reason\":TEXT,\"ticket\":TEXT,\"concurrency\":NUMBER,\"verify_for\":SECONDS,\"watch_for\":SECONDS}; all but the plan may be left out.",
            )
        })?;
        let config = &self.connection.config;
        let mut order = match Order::check(request, config, &self.context.timer) {
            Ok(order) => order,
            Err(why) => {
                let why = why.to_string();
                return Ok(refused(StatusCode::BAD_REQUEST, &why));
            }
        };
        let (audit, runs) = (&self.context.audit, &self.context.runs);
        audit.ensure_writable().await.map_err(|_| Refusal::Audit)?;
        let who = self.user.name.as_str();
        let _turn = match order.sweep {
            Some(_) => Some(runs.sweep_turn().await),
            None => None,
        };
        let applied = runs.apply_rules(self.name(), &mut order).await;
        applied.map_err(|_| Refusal::Store)?;
        let known = runs.same_sweep(self.name(), &order).await;
        if let Some(run) = known.map_err(|_| Refusal::Store)? {
            return Ok(json(StatusCode::OK, &described(run)));
        }
        if runs.may_wait(self.name(), &order) {
            let known = runs.known(self.name(), who, &order).await;
            if let Some(run) = known.map_err(|_| Refusal::Store)? {
                return Ok(json(StatusCode::OK, &described(run)));
            }
            if let Some(too_much) = self.asks_too_much(order.size).await? {
                return Ok(refused(StatusCode::TOO_MANY_REQUESTS, too_much));
            }
            self.write(Entry::Asked {
                approval: order.id.clone(),
                who: who.to_owned(),
                connection: self.name().to_owned(),
                targets: order.size,
                sweep: order
                    .sweep
                    .as_ref()
                    .map(|sweep| in_words(sweep).to_string()),
                reason: order.reason.clone(),
                ticket: order.ticket.clone(),
            })
            .await?;
        }
        let started = runs.start(self.name(), who, &order).await;
        let (run, is_new) = started.map_err(|_| Refusal::Store)?;
        let status = match is_new {
            true => StatusCode::CREATED,
            false => StatusCode::OK,
        };
        Ok(json(status, &described(run)))
    }

    /// Returns why somebody may not ask for a run of so many targets now: each is a line of the audit, and somebody has to
    /// look at it.
    async fn asks_too_much(&self, targets: usize) -> Result<Option<&'static str>, Refusal> {
        let (store, now) = (&self.context.store, self.context.timer.now());
        let who = self.user.name.as_str();
        let asked = store
            .approval_requests_of(self.name(), who, now, WINDOW)
            .await;
        let asked = asked.map_err(|_| Refusal::Store)?;
        let targets = asked.targets + targets as u64;
        Ok(if asked.open >= MOST_OPEN {
            Some("No more than 20 of your runs can wait for approval. Withdraw one, or wait.")
        } else if asked.runs >= MOST_RUNS_AN_HOUR || targets > MOST_TARGETS_AN_HOUR {
            Some(
                "You have asked too often within an hour: no more than 200 runs with 100000 targets together.",
            )
        } else {
            None
        })
    }

    async fn stop_run(&self, id: &str) -> Result<Response, Refusal> {
        let run = self.found(id).await?;
        let who = self.user.name.as_str();
        if run.approval.is_some() && self.withdraw(&run).await? {
            return Ok(json(StatusCode::OK, &described(self.found(id).await?)));
        }
        let stopped = self.context.runs.stop(self.name(), &run.id, who).await;
        if stopped.map_err(|_| Refusal::Store)? {
            // It stops, whether or not that can be written.
            let _ = self
                .write(Entry::RunStopped {
                    run: run.id.clone(),
                    who: who.to_owned(),
                })
                .await;
        }
        Ok(json(StatusCode::OK, &described(self.found(id).await?)))
    }

    async fn resume_run(&self, id: &str) -> Result<Response, Refusal> {
        let run = self.found(id).await?;
        let stage = run.approval.as_ref().map(|approval| approval.stage);
        if run.state != RunState::Stopped || stage.is_some_and(|stage| !stage.is_granted()) {
            return Ok(not_stopped(run));
        }
        if is_approval_over(&run, self.context.timer.now()) {
            self.refuse(Some(id), "approval").await;
            let why =
                "It was stopped more than 24 hours ago, so its approval is over: start a new run.";
            return Ok(refused(StatusCode::CONFLICT, why));
        }
        let in_force = self.context.runs.is_rule_in_force(&run).await;
        if !in_force.map_err(|_| Refusal::Store)? {
            self.refuse(Some(id), "rule").await;
            let why = "The brake rule under which it was started is over: start a new run.";
            return Ok(refused(StatusCode::CONFLICT, why));
        }
        self.write(Entry::RunResumed {
            run: run.id.clone(),
            who: self.user.name.to_string(),
        })
        .await?;
        let resumed = self.context.runs.resume(self.name(), &run.id).await;
        let run = self.found(id).await?;
        match resumed.map_err(|_| Refusal::Store)? {
            true => Ok(json(StatusCode::OK, &described(run))),
            // Somebody else was quicker.
            false => Ok(not_stopped(run)),
        }
    }

    async fn watch_run(&self, id: &str, parts: &Parts) -> Result<Response, Refusal> {
        let run = self.found(id).await?;
        self.note_watching(&run).await?;
        run_events::watch(self, parts, run)
    }

    /// Writes that somebody looks into a run, before they see anything of it.
    async fn note_watching(&self, run: &RunRecord) -> Result<(), Refusal> {
        let (runs, who) = (&self.context.runs, self.user.name.to_string());
        if !runs.is_watching(&run.id, &who) {
            let entry = Entry::RunWatched {
                run: run.id.clone(),
                who: who.clone(),
            };
            self.write(entry).await?;
            runs.began_to_watch(&run.id, &who);
        }
        Ok(())
    }

    /// Reads targets of a run that is over again. Where the client disconnects, nothing is half done.
    async fn read_again(&self, id: &str, from: u64) -> Result<Response, Refusal> {
        let run = described(self.found(id).await?);
        if !run.state.is_over() {
            let why = format!(
                "Only a run that is over is read again; this one is {}.",
                run.state.as_str()
            );
            return Ok(refused(StatusCode::CONFLICT, &why));
        }
        let from = usize::try_from(from).unwrap_or(usize::MAX);
        let read = self.context.runs.read_again(self.name(), id, from).await;
        match read {
            Ok(read) => Ok(json(StatusCode::OK, &read)),
            Err(UnreadJournal::Store(_)) => Err(Refusal::Store),
            Err(UnreadJournal::Broken(error)) => {
                let why = format!("The run's journal is broken: {error}.");
                Ok(refused(StatusCode::CONFLICT, &why))
            }
        }
    }

    /// Answers with whole lines of a journal, as many as come at once.
    async fn journal(&self, id: &str, query: Option<&str>) -> Result<Response, Refusal> {
        let from = from(query, "The query must be from=LINE, counted from 1.")?.unwrap_or(1);
        if from == 0 {
            return Err(Refusal::Malformed("from must be a LINE, counted from 1."));
        }
        let run = self.found(id).await?;
        self.note_watching(&run).await?;
        let (mut bytes, mut next) = (Vec::new(), from);
        while bytes.len() < JOURNAL_AT_ONCE {
            let lines = self.context.runs.lines(&run.id, next).await;
            let lines = lines.map_err(|_| Refusal::Store)?;
            if lines.is_empty() {
                break;
            }
            for part in lines {
                for (_, line) in part.numbered(next) {
                    bytes.extend_from_slice(line);
                    bytes.push(b'\n');
                }
                next = part.end();
            }
        }
        let mut response = plain(StatusCode::OK, bytes);
        let media_type = http::HeaderValue::from_static("application/x-ndjson");
        response.headers_mut().insert(CONTENT_TYPE, media_type);
        Ok(response)
    }
}

/// Reads the query of a request that goes on somewhere.
fn from(query: Option<&str>, rule: &'static str) -> Result<Option<u64>, Refusal> {
    let Some(query) = query else { return Ok(None) };
    let from = query.strip_prefix("from=");
    let from = from.and_then(|from| from.parse().ok());
    from.map(Some).ok_or(Refusal::Malformed(rule))
}

/// Returns whether a run was approved, and stopped too long ago to go on with that.
fn is_approval_over(run: &RunRecord, now: Timestamp) -> bool {
    let is_approved = run
        .approval
        .as_ref()
        .is_some_and(|approval| approval.stage == ApprovalStage::Approved);
    let age = |at: Timestamp| now.as_millis().saturating_sub(at.as_millis());
    is_approved
        && run
            .ended_at
            .is_some_and(|at| i128::from(age(at)) > LONGEST.as_millis() as i128)
}

fn not_stopped(run: RunRecord) -> Response {
    let state = described(run).state;
    let why = format!(
        "Only a stopped run can be resumed; this one is {}.",
        state.as_str()
    );
    refused(StatusCode::CONFLICT, &why)
}
