//! The calls to a server that drives runs.

use std::time::Duration;

use bytes::Bytes;
use countermand_relay_api::{
    Approval, BrakeRule, BrakeRuleDecision, BrakeRuleDecisionRequest, BrakeRuleList,
    BrakeRuleRequest, ConnectionsFile, DecisionRequest, ReadAgain, Run, RunList, RunRequest,
    SessionInfo, route,
};
use countermand_transport::{
    BaseUrl, BoxTransport, RequestClass, Route, SharedTimer, Timeout, Trace, Transport,
    TransportError, TransportErrorKind,
};
use http::{HeaderValue, Request, Response, StatusCode, Uri, header::CONTENT_TYPE};
use serde::de::{DeserializeOwned, IgnoredAny};

use super::ServerError;

/// How long one request may take. A plan of a large fleet is some megabytes.
const PATIENCE: Duration = Duration::from_secs(60);

const GET_CONNECTIONS: Route = Route {
    operation: "server.connections",
    method: "GET",
    template: "/connections.json",
};
const LIST_RUNS: Route = Route {
    operation: "server.list_runs",
    method: "GET",
    template: "/relay/{connection}/runs",
};
const START_RUN: Route = Route {
    operation: "server.start_run",
    method: "POST",
    template: "/relay/{connection}/runs",
};
const GET_RUN: Route = Route {
    operation: "server.get_run",
    method: "GET",
    template: "/relay/{connection}/runs/{run}",
};
const STOP_RUN: Route = Route {
    operation: "server.stop_run",
    method: "POST",
    template: "/relay/{connection}/runs/{run}/stop",
};
const RESUME_RUN: Route = Route {
    operation: "server.resume_run",
    method: "POST",
    template: "/relay/{connection}/runs/{run}/resume",
};
const READ_RUN: Route = Route {
    operation: "server.read_run",
    method: "POST",
    template: "/relay/{connection}/runs/{run}/read",
};
const GET_APPROVAL: Route = Route {
    operation: "server.get_approval",
    method: "GET",
    template: "/relay/{connection}/approvals/{run}",
};
const DECIDE: Route = Route {
    operation: "server.decide",
    method: "POST",
    template: "/relay/{connection}/approvals/{run}",
};
const LIST_BRAKE_RULES: Route = Route {
    operation: "server.list_brake_rules",
    method: "GET",
    template: "/relay/{connection}/brake-rules",
};
const PROPOSE_BRAKE_RULE: Route = Route {
    operation: "server.propose_brake_rule",
    method: "POST",
    template: "/relay/{connection}/brake-rules",
};
const GET_BRAKE_RULE: Route = Route {
    operation: "server.get_brake_rule",
    method: "GET",
    template: "/relay/{connection}/brake-rules/{rule}",
};
const DECIDE_BRAKE_RULE: Route = Route {
    operation: "server.decide_brake_rule",
    method: "POST",
    template: "/relay/{connection}/brake-rules/{rule}",
};
const GET_JOURNAL: Route = Route {
    operation: "server.journal",
    method: "GET",
    template: "/relay/{connection}/runs/{run}/journal",
};

/// Asks a server who its token belongs to, and which connections are open to them.
///
/// # Errors
/// When it does not answer as a server of this project does.
pub(crate) async fn session_info(
    base: &BaseUrl,
    transport: &BoxTransport,
    timer: &SharedTimer,
) -> Result<Option<SessionInfo>, ServerError> {
    let transport = limited(transport, timer);
    let body = send(&transport, base, GET_CONNECTIONS, route::CONNECTIONS, None).await?;
    let file: ConnectionsFile<IgnoredAny> = decoded(&body)?;
    Ok(file.relay)
}

/// The runs of one connection of a server.
#[derive(Clone, Debug)]
pub(crate) struct ServerClient {
    base: BaseUrl,
    connection: String,
    transport: BoxTransport,
}

impl ServerClient {
    /// Returns the client of a connection over `transport`, which authenticates.
    pub(crate) fn new(
        base: BaseUrl,
        connection: String,
        transport: &BoxTransport,
        timer: &SharedTimer,
    ) -> Self {
        Self {
            base,
            connection,
            transport: limited(transport, timer),
        }
    }

    /// Returns the name of the connection.
    pub(crate) fn connection(&self) -> &str {
        &self.connection
    }

    /// Starts a run, or finds the one that the same request started before, or that does the same. Returns whether it is a
    /// new one.
    pub(crate) async fn start(&self, request: &RunRequest) -> Result<(Run, bool), ServerError> {
        let body = serde_json::to_vec(request).map_err(|_| invalid())?;
        let path = route::runs(&self.connection);
        let sent = exchange(
            &self.transport,
            &self.base,
            START_RUN,
            &path,
            Some(body.into()),
        );
        let response = sent.await?;
        let is_new = response.status() == StatusCode::CREATED;
        Ok((decoded(response.body())?, is_new))
    }

    /// Returns the connection's runs, the newest first.
    pub(crate) async fn runs(&self) -> Result<Vec<Run>, ServerError> {
        let list: RunList = self
            .ask(LIST_RUNS, &route::runs(&self.connection), None)
            .await?;
        Ok(list.runs)
    }

    /// Returns how far a run is.
    pub(crate) async fn run(&self, id: &str) -> Result<Run, ServerError> {
        self.ask(GET_RUN, &route::run(&self.connection, id), None)
            .await
    }

    /// Asks a run to stop.
    pub(crate) async fn stop(&self, id: &str) -> Result<Run, ServerError> {
        let path = route::stop_run(&self.connection, id);
        self.ask(STOP_RUN, &path, Some(Bytes::new())).await
    }

    /// Has a stopped run go on.
    pub(crate) async fn resume(&self, id: &str) -> Result<Run, ServerError> {
        let path = route::resume_run(&self.connection, id);
        self.ask(RESUME_RUN, &path, Some(Bytes::new())).await
    }

    /// Reads targets of a run that is over again, behind the first `from` whose outcome is not settled.
    pub(crate) async fn read_again(&self, id: &str, from: u64) -> Result<ReadAgain, ServerError> {
        let path = route::read_run(&self.connection, id, from);
        self.ask(READ_RUN, &path, Some(Bytes::new())).await
    }

    /// Returns a run that a second person has to approve, with its commands.
    pub(crate) async fn approval(&self, id: &str) -> Result<Approval, ServerError> {
        let path = route::approval(&self.connection, id);
        self.ask(GET_APPROVAL, &path, None).await
    }

    /// Decides about a run.
    pub(crate) async fn decide(
        &self,
        id: &str,
        request: &DecisionRequest,
    ) -> Result<Approval, ServerError> {
        let body = serde_json::to_vec(request).map_err(|_| invalid())?;
        let path = route::approval(&self.connection, id);
        self.ask(DECIDE, &path, Some(body.into())).await
    }

    /// Returns the brake rules of the connection, the newest first; nothing for one that cannot be read.
    pub(crate) async fn brake_rules(&self) -> Result<Vec<Option<BrakeRule>>, ServerError> {
        let path = route::brake_rules(&self.connection);
        let list: BrakeRuleList<Option<BrakeRule>> =
            self.ask(LIST_BRAKE_RULES, &path, None).await?;
        Ok(list.rules)
    }

    /// Proposes a brake rule.
    pub(crate) async fn propose_brake_rule(
        &self,
        request: &BrakeRuleRequest,
    ) -> Result<BrakeRule, ServerError> {
        let body = serde_json::to_vec(request).map_err(|_| invalid())?;
        let path = route::brake_rules(&self.connection);
        self.ask(PROPOSE_BRAKE_RULE, &path, Some(body.into())).await
    }

    /// Returns a brake rule.
    pub(crate) async fn brake_rule(&self, id: &str) -> Result<BrakeRule, ServerError> {
        let path = route::brake_rule(&self.connection, id);
        self.ask(GET_BRAKE_RULE, &path, None).await
    }

    /// Decides about a brake rule.
    pub(crate) async fn decide_brake_rule(
        &self,
        id: &str,
        decision: BrakeRuleDecision,
    ) -> Result<BrakeRule, ServerError> {
        let request = BrakeRuleDecisionRequest { decision };
        let body = serde_json::to_vec(&request).map_err(|_| invalid())?;
        let path = route::brake_rule(&self.connection, id);
        self.ask(DECIDE_BRAKE_RULE, &path, Some(body.into())).await
    }

    /// Returns lines of a run's journal from line `from` on, as many as come at once; none behind the last.
    pub(crate) async fn journal(&self, id: &str, from: u64) -> Result<Bytes, ServerError> {
        let path = route::run_journal(&self.connection, id, from);
        let body = send(&self.transport, &self.base, GET_JOURNAL, &path, None).await?;
        // Each line is an object; a page of a proxy is not.
        match body.first() {
            None | Some(b'{') => Ok(body),
            Some(_) => Err(ServerError::Unreadable),
        }
    }

    async fn ask<T: DeserializeOwned>(
        &self,
        route: Route,
        path: &str,
        body: Option<Bytes>,
    ) -> Result<T, ServerError> {
        let body = send(&self.transport, &self.base, route, path, body).await?;
        decoded(&body)
    }
}

fn limited(transport: &BoxTransport, timer: &SharedTimer) -> BoxTransport {
    let timed = Timeout::new(transport.clone(), timer.clone(), PATIENCE);
    BoxTransport::new(Trace::new(timed, timer.clone()))
}

fn decoded<T: DeserializeOwned>(body: &[u8]) -> Result<T, ServerError> {
    serde_json::from_slice(body).map_err(|_| ServerError::Unreadable)
}

fn invalid() -> ServerError {
    ServerError::Transport(TransportError::new(TransportErrorKind::InvalidRequest))
}

async fn send(
    transport: &BoxTransport,
    base: &BaseUrl,
    route: Route,
    path: &str,
    body: Option<Bytes>,
) -> Result<Bytes, ServerError> {
    let response = exchange(transport, base, route, path, body).await?;
    Ok(response.into_body())
}

/// Sends a request. A response that is no success is an error.
async fn exchange(
    transport: &BoxTransport,
    base: &BaseUrl,
    route: Route,
    path: &str,
    body: Option<Bytes>,
) -> Result<Response<Bytes>, ServerError> {
    let uri: Uri = format!("{base}/{path}").parse().map_err(|_| invalid())?;
    let mut request = Request::new(body.clone().unwrap_or_default());
    *request.method_mut() = route.method.parse().map_err(|_| invalid())?;
    *request.uri_mut() = uri;
    if body.is_some_and(|body| !body.is_empty()) {
        let json = HeaderValue::from_static("application/json");
        request.headers_mut().insert(CONTENT_TYPE, json);
    }
    request.extensions_mut().insert(route);
    if route.method == "GET" {
        request.extensions_mut().insert(RequestClass::Read);
    }
    let response = transport.send(request).await;
    let response = response.map_err(ServerError::Transport)?;
    let status = response.status();
    match status.is_success() {
        true => Ok(response),
        false => Err(ServerError::of(status, response.body())),
    }
}
