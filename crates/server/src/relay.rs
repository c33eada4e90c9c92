//! The relay: who asks, for what, and whether it goes on to the vendor.

mod body;
mod came_back;
mod deciding;
mod offer;
mod pass;
mod reading;
mod sign_in_failures;
mod signing;
mod start_error;
mod told;
mod who;

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use axum::{
    Router,
    body::Body,
    extract::{OriginalUri, Request},
    response::Response,
    routing::{MethodRouter, any},
};
use countermand_page::Origin;
use countermand_transport::{SharedTimer, TokioTimer};
use http::{HeaderMap, Method, request::Parts};

pub use start_error::StartError;
pub(crate) use told::Told;

use who::bearer;

use crate::{
    access::{
        AccessConfig, Cookies, FailureBudget, Nobody, Oidc, Policy, ReloadError, Role, Sessions,
        SignIn, StaticToken, User, owner,
    },
    answers::Refusal,
    approvals::Approvals,
    audit::Audit,
    calls::segments,
    metrics::Metrics,
    server::OwnOrigin,
    tasks::Tasks,
    upstream::{ConnectionConfig, ConnectionName, Upstream},
};

/// How long cancels under way are waited for when the relay stops: as long as one may take at a vendor whose token is
/// fetched first and whose answer then comes last (45 s), and what is written before and behind it.
const PATIENCE: Duration = Duration::from_secs(60);

/// What a relay is made with.
#[derive(Debug)]
#[non_exhaustive]
pub struct RelayConfig {
    /// The connections.
    pub connections: Vec<ConnectionConfig>,
    /// How people sign in.
    pub sign_in: SignIn,
    /// The folder of the audit's files.
    pub audit: PathBuf,
    /// Who may read the metrics from elsewhere than this machine.
    pub metrics: Option<StaticToken>,
}

impl RelayConfig {
    /// One with these.
    pub fn new(connections: Vec<ConnectionConfig>, sign_in: SignIn, audit: PathBuf) -> Self {
        Self {
            connections,
            sign_in,
            audit,
            metrics: None,
        }
    }
}

/// A relay. Clones are the same one.
#[derive(Clone, Debug)]
pub struct Relay(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    connections: BTreeMap<String, Arc<Connection>>,
    policy: Policy,
    oidc: Option<Oidc>,
    sessions: Sessions,
    failures: FailureBudget,
    cookies: Cookies,
    /// The origin of its page, where nobody before it says by which name it was asked.
    origin: OwnOrigin,
    approvals: Approvals,
    audit: Audit,
    metrics: Arc<Metrics>,
    /// What is done to its end, whoever goes away meanwhile. The seal waits for it.
    tasks: Tasks,
}

#[derive(Debug)]
struct Connection {
    config: ConnectionConfig,
    upstream: Upstream,
}

impl Relay {
    /// A relay for a server of somebody else's, which browsers call `origin`. It is to be stopped in the end
    /// ([`Self::stop`]).
    ///
    /// # Errors
    /// When a connection has no way to its vendor, or there can be no audit.
    pub async fn open(config: RelayConfig, origin: &Origin) -> Result<Self, StartError> {
        let port = origin.as_str().rsplit(':').next();
        let port = port.and_then(|port| port.parse().ok()).unwrap_or_default();
        Self::start(config, origin.as_str(), port, Arc::new(Metrics::new())).await
    }

    /// Begins its audit. `origin` is what browsers call the server, `port` where it listens.
    pub(crate) async fn start(
        config: RelayConfig,
        origin: &str,
        port: u16,
        metrics: Arc<Metrics>,
    ) -> Result<Self, StartError> {
        let timer: SharedTimer = Arc::new(TokioTimer::default());
        let mut connections = BTreeMap::new();
        for config in config.connections {
            let name = config.name.to_string();
            let upstream = Upstream::new(&config, &timer)
                .map_err(|error| StartError::Connection(name.clone(), error))?;
            let connection = Arc::new(Connection { config, upstream });
            if connections.insert(name.clone(), connection).is_some() {
                return Err(StartError::Twice(name));
            }
        }
        let oidc = match &config.sign_in {
            SignIn::Oidc(config) => {
                let redirect = format!("{origin}/relay/signed-in");
                let oidc = Oidc::new(config.clone(), redirect, timer.clone());
                Some(oidc.map_err(StartError::Oidc)?)
            }
            _ => None,
        };
        let mut access = AccessConfig::new(config.sign_in);
        access.metrics = config.metrics;
        let grants = connections.values().map(|connection: &Arc<Connection>| {
            let config = &connection.config;
            (config.name.clone(), config.grants.clone())
        });
        access.grants = grants.collect();
        let policy = Policy::new(access).map_err(StartError::Access)?;
        let tasks = Tasks::new();
        let audit = Audit::begin(&config.audit, timer.clone(), tasks.clone())
            .await
            .map_err(StartError::Audit)?;
        Ok(Self(Arc::new(Inner {
            connections,
            policy,
            oidc,
            sessions: Sessions::new(timer.clone()),
            failures: FailureBudget::new(timer.clone()),
            cookies: Cookies::new(origin.starts_with("https:"), port),
            origin: OwnOrigin::of(origin),
            approvals: Approvals::new(timer),
            audit,
            metrics,
            tasks,
        })))
    }

    /// The file of its audit.
    pub fn audit(&self) -> &Path {
        self.0.audit.path()
    }

    /// Its routes, to be nested at `/relay`. For a proxy's word each request needs its peer's address (axum's
    /// `ConnectInfo`). It answers to pages of its origin only; by which `Host` it is asked is for the server
    /// around it to see to, as [`Server`](crate::Server) does.
    pub fn router(&self) -> Router {
        let relay = self.clone();
        Router::new().fallback(move |request: Request| {
            let relay = relay.clone();
            async move { relay.answer(request).await }
        })
    }

    pub(crate) fn launch_route(&self) -> MethodRouter {
        let relay = self.clone();
        any(move |request: Request| {
            let relay = relay.clone();
            async move {
                let inner = Arc::clone(&relay.0);
                let entering = async move { signing::launch(&inner, request).await };
                relay.wholly(entering).await
            }
        })
    }

    async fn answer(&self, request: Request) -> Response {
        let (parts, body) = request.into_parts();
        let segments = match is_below_its_prefix(&parts) {
            true => segments(parts.uri.path()),
            false => None,
        };
        let Some(segments) = segments else {
            return Refusal::Malformed("The path is not in its one form.").answer(None);
        };
        let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
        // The issuer sends browsers back from its own page.
        if let ["signed-in"] = segments.as_slice() {
            let inner = Arc::clone(&self.0);
            let entering = async move { signing::signed_in(&inner, &parts).await };
            return self.wholly(entering).await;
        }
        let own = parts.extensions.get::<OwnOrigin>();
        let is_own = own
            .unwrap_or(&self.0.origin)
            .is_of(&parts.method, &parts.headers);
        if !is_own {
            return Refusal::Elsewhere.answer(None);
        }
        match segments.as_slice() {
            ["sign-in"] => {
                let inner = Arc::clone(&self.0);
                self.wholly(async move { signing::sign_in(&inner, &parts, body).await })
                    .await
            }
            ["sign-out"] => {
                let inner = Arc::clone(&self.0);
                self.wholly(async move { signing::sign_out(&inner, &parts).await })
                    .await
            }
            [name, rest @ ..] => self.at(name, rest, &parts, body).await,
            [] => Refusal::NotFound.answer(None),
        }
    }

    /// Answers to the end, even where whoever asked goes away: what is opened is written down, and what is
    /// written down is done.
    async fn wholly(&self, answering: impl Future<Output = Response> + Send + 'static) -> Response {
        let answered = self.0.tasks.run(answering).await;
        answered.unwrap_or_else(|| Refusal::Audit.answer(None))
    }

    /// A request to a connection.
    async fn at(&self, name: &str, rest: &[&str], parts: &Parts, body: Body) -> Response {
        let inner = &self.0;
        let user = match inner.authenticate(parts) {
            Ok(user) => user,
            Err(nobody) => {
                if let Nobody::Failed(kind) = nobody {
                    inner.sign_in_failed(parts, kind, None).await;
                }
                // Whoever is not signed in is not told which connections there are.
                return Refusal::SignIn.answer(provider_like(rest));
            }
        };
        let found = inner.connections.get(name);
        let allowed = found.and_then(|connection| {
            let role = inner.policy.now().role(&connection.config.name, &user)?;
            Some((Arc::clone(connection), role))
        });
        let Some((connection, role)) = allowed else {
            return Refusal::NotFound.answer(None);
        };
        let asking = Asking {
            inner: Arc::clone(inner),
            connection,
            user,
            role,
        };
        let mut response = match rest {
            ["approvals", rest @ ..] => asking.approvals(rest, parts, body).await,
            rest => asking.pass(rest, parts, body).await,
        };
        if let Some(told) = response.extensions_mut().get_mut::<Told>() {
            told.connection = Some(asking.connection.config.name.to_string());
            told.user = Some(asking.user.name.to_string());
        }
        response
    }

    /// Whoever says who they are and is not taken for it is written down, wherever they say so.
    pub(crate) async fn note_nobody(&self, parts: &Parts) {
        if let Err(Nobody::Failed(kind)) = self.0.authenticate(parts) {
            self.0.sign_in_failed(parts, kind, None).await;
        }
    }

    /// Returns when no cancel is under way any more, or after as long as one may take.
    pub(crate) async fn cancels_finished(&self) {
        self.0.tasks.finished(PATIENCE).await;
    }

    /// From now on, this is who may what: whoever may not any more is out at once. False where the way to sign in
    /// is another one, which only a restart changes: that one stays.
    ///
    /// # Errors
    /// When it cannot be: then all stays as it was.
    pub fn reload(&self, config: AccessConfig) -> Result<bool, ReloadError> {
        let is_whole = self.0.policy.replace(config)?;
        let ended = self.0.sessions.end_unknown(&self.0.policy.now());
        tracing::info!(target: "countermand_server::sign_in", ended, is_whole, "who may what was read again");
        Ok(is_whole)
    }

    /// The connections that it has.
    pub fn connections(&self) -> impl Iterator<Item = &ConnectionName> {
        let all = self.0.connections.values();
        all.map(|connection| &connection.config.name)
    }

    /// Why the audit cannot be written, where that is so: in words for everybody.
    pub(crate) fn illness(&self) -> Option<String> {
        let reason = self.0.audit.reason()?;
        Some(format!(
            "the audit cannot be written ({reason}): nothing is cancelled until it can"
        ))
    }

    /// Does a request carry the token for the metrics?
    pub(crate) fn opens_metrics(&self, headers: &HeaderMap) -> bool {
        let access = self.0.policy.now();
        let token = access.metrics.as_ref().zip(bearer(headers));
        token.is_some_and(|(token, presented)| {
            owner(std::slice::from_ref(token), presented).is_some()
        })
    }

    /// Waits for the cancels under way, and seals the audit.
    pub async fn stop(&self) {
        // Whoever is not back by then has no answer in the audit, which says so.
        self.0.tasks.finished(PATIENCE).await;
        self.0.audit.seal().await;
    }
}

/// By the path alone: what a typed client of that vendor can read.
fn provider_like(rest: &[&str]) -> Option<countermand_core_model::Provider> {
    use countermand_core_model::Provider;
    match rest {
        ["organizations", ..] => Some(Provider::Applivery),
        ["connect-service", ..] => Some(Provider::Enos),
        _ => None,
    }
}

/// A request of somebody at a connection.
#[derive(Clone)]
struct Asking {
    inner: Arc<Inner>,
    connection: Arc<Connection>,
    user: User,
    role: Role,
}

/// A router that is nested takes two slashes behind its prefix for one.
fn is_below_its_prefix(parts: &Parts) -> bool {
    parts
        .extensions
        .get::<OriginalUri>()
        .is_none_or(|OriginalUri(whole)| {
            let prefix = whole.path().strip_suffix(parts.uri.path());
            prefix.is_some_and(|prefix| !prefix.ends_with('/'))
        })
}

/// Is it one of these? Otherwise the answer that names them.
fn only(
    parts: &Parts,
    allowed: &'static [Method],
    names: &'static str,
) -> Result<(), Box<Response>> {
    match allowed.contains(&parts.method) {
        true => Ok(()),
        false => Err(Box::new(Refusal::Method(names).answer(None))),
    }
}
