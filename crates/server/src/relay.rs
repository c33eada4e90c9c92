//! The relay: authenticates each request and hands it to the routes, or to forwarding.

use std::{collections::BTreeMap, fmt, net::IpAddr, sync::Arc, time::Duration};

use axum::{
    Router,
    body::Body,
    extract::{OriginalUri, Request},
    response::{IntoResponse, Response},
    routing::{MethodRouter, any},
};
use countermand_page::Origin;
use countermand_relay_api::{SessionInfo, route};
use countermand_store::{Store, StoreError, StoreLocation};
use countermand_transport::{SharedTimer, TokioTimer, TransportError};
use http::{HeaderMap, request::Parts};

use crate::{
    access::{
        AccessConfig, Cookies, FailureBudget, Oidc, OidcError, Policy, ReloadError, Sessions,
        SignIn, SignInLimit, StaticToken, bearer, owner, peer,
    },
    audit::{Audit, AuditConfig, AuditError},
    connection::{ConnectionConfig, ConnectionName},
    context::{Connection, ConnectionRequest, RelayContext},
    forwarding::{Renewal, Upstream, UpstreamError},
    metrics::Metrics,
    notices::{Destination, Notices},
    openapi::Document,
    own_origin::OwnOrigin,
    provider::{self, segments},
    request_peer,
    response::{Refusal, RequestLog, logged},
    routes::{logout_routes, sign_in_routes},
    runs::{RunConnection, Runs},
    tasks::Tasks,
};

/// How long cancels in progress are waited for when the relay stops: as long as one may take at a provider whose token
/// is fetched first (45 s), and the audit before and after it.
const PATIENCE: Duration = Duration::from_secs(60);

/// The configuration of a relay.
#[non_exhaustive]
pub struct RelayConfig {
    /// The connections.
    pub connections: Vec<ConnectionConfig>,
    /// How people sign in.
    pub sign_in: SignIn,
    /// How the audit is set up.
    pub audit: AuditConfig,
    /// Where the audit, and runs and their journals, are kept.
    pub store: StoreLocation,
    /// Who may read the metrics from elsewhere than this machine.
    pub metrics: Option<StaticToken>,
    /// Where notices go.
    pub notices: Vec<Destination>,
    /// Its clock: the machine's, unless set.
    pub timer: SharedTimer,
}

impl fmt::Debug for RelayConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RelayConfig")
            .field("connections", &self.connections)
            .field("sign_in", &self.sign_in)
            .field("audit", &self.audit)
            .field("store", &self.store)
            .field("metrics", &self.metrics)
            .field("notices", &self.notices)
            .finish_non_exhaustive()
    }
}

impl RelayConfig {
    /// Returns a configuration without notices and without a token for the metrics, with a store in the audit's folder.
    pub fn new(
        connections: Vec<ConnectionConfig>,
        sign_in: SignIn,
        audit: impl Into<AuditConfig>,
    ) -> Self {
        let audit = audit.into();
        Self {
            connections,
            sign_in,
            store: StoreLocation::File(audit.folder.join("store.sqlite")),
            audit,
            metrics: None,
            notices: Vec::new(),
            timer: Arc::new(TokioTimer::default()),
        }
    }
}

/// Why a relay does not start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RelayStartError {
    /// This connection has no way to its provider.
    #[error("connection {0}")]
    Connection(String, #[source] UpstreamError),
    /// Two connections have this name.
    #[error("there are two connections {0}")]
    Twice(String),
    /// The access configuration is not taken.
    #[error(transparent)]
    Access(#[from] ReloadError),
    /// The sign-in cannot be set up.
    #[error("sign-in")]
    Oidc(#[source] OidcError),
    /// The audit cannot be opened.
    #[error(transparent)]
    Audit(#[from] AuditError),
    /// The store cannot be opened.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// No client for notices can be set up on this machine.
    #[error("notices")]
    Notices(#[source] TransportError),
}

/// A relay. Clones share it.
#[derive(Clone)]
pub struct Relay(Arc<RelayContext>);

impl Relay {
    /// Opens a relay for another server, which browsers reach by `origin`. Call [`Self::stop`] in the end.
    ///
    /// # Errors
    /// When a connection has no way to its provider, or the audit cannot be opened.
    pub async fn open(config: RelayConfig, origin: &Origin) -> Result<Self, RelayStartError> {
        let port = origin.as_str().rsplit(':').next();
        let port = port.and_then(|port| port.parse().ok()).unwrap_or_default();
        Self::start(config, origin.as_str(), port, Arc::new(Metrics::new())).await
    }

    /// Starts a relay and its audit. Browsers reach the server by `origin`; it listens on `port`.
    pub(crate) async fn start(
        config: RelayConfig,
        origin: &str,
        port: u16,
        metrics: Arc<Metrics>,
    ) -> Result<Self, RelayStartError> {
        let timer = config.timer;
        let mut upstreams = BTreeMap::new();
        for config in config.connections {
            let name = config.name.to_string();
            let upstream = Upstream::new(&config, &timer)
                .map_err(|error| RelayStartError::Connection(name.clone(), error))?;
            if upstreams.insert(name.clone(), (config, upstream)).is_some() {
                return Err(RelayStartError::Twice(name));
            }
        }
        let oidc_config = match &config.sign_in {
            SignIn::Oidc(config) => Some(config.clone()),
            SignIn::Launch(_) | SignIn::Proxy(_) | SignIn::Tokens(_) => None,
        };
        let mut access = AccessConfig::new(config.sign_in);
        access.metrics = config.metrics;
        let grants = upstreams
            .values()
            .map(|(config, _)| (config.name.clone(), config.grants.clone()));
        access.grants = grants.collect();
        let policy = Policy::new(access).map_err(RelayStartError::Access)?;
        let store = Store::open(&config.store).await?;
        let (mut connections, mut run_connections) = (BTreeMap::new(), BTreeMap::new());
        for (name, (config, mut upstream)) in upstreams {
            upstream.share_budget(&config, &store, &timer);
            let client = upstream.client(&config, &timer);
            let run_connection = RunConnection {
                client: client.map_err(|error| RelayStartError::Connection(name.clone(), error))?,
                severity_rules: config.severity_rules.clone(),
                approval: config.approval.clone(),
            };
            run_connections.insert(name.clone(), run_connection);
            connections.insert(name, Arc::new(Connection { config, upstream }));
        }
        let oidc = match oidc_config {
            Some(config) => {
                let redirect = format!("{origin}/{}/{}", route::RELAY, route::SIGNED_IN);
                let oidc = Oidc::new(config, redirect, timer.clone(), store.clone());
                Some(oidc.await.map_err(RelayStartError::Oidc)?)
            }
            None => None,
        };
        let tasks = Tasks::new();
        let instance = Runs::register(&store, &timer).await?;
        let server = instance.to_string();
        let notices = Notices::begin(
            config.notices,
            store.clone(),
            timer.clone(),
            origin,
            Arc::clone(&metrics),
        )
        .map_err(RelayStartError::Notices)?;
        let audit = Audit::begin(
            config.audit,
            &server,
            store.clone(),
            notices.clone(),
            timer.clone(),
            tasks.clone(),
        )
        .await
        .map_err(RelayStartError::Audit)?;
        let (run_store, run_audit) = (store.clone(), audit.clone());
        let runs = Runs::begin(
            run_store,
            run_audit,
            notices.clone(),
            timer.clone(),
            run_connections,
            instance,
        );
        let cookies = Cookies::new(origin.starts_with("https:"), port);
        let method = policy.now().sign_in.method();
        Ok(Self(Arc::new(RelayContext {
            document: Document::new(method, cookies.session_name()),
            connections,
            policy,
            oidc,
            sessions: Sessions::new(timer.clone(), store.clone()),
            limit: SignInLimit::new(timer.clone(), store.clone()),
            store,
            failures: FailureBudget::new(timer.clone()),
            cookies,
            origin: OwnOrigin::of(origin),
            timer,
            runs,
            notices,
            audit,
            metrics,
            tasks,
        })))
    }

    /// Returns its routes, to be nested at `/relay`. Sign-in by a proxy needs the peer's address in each request
    /// (axum's `ConnectInfo`). The relay answers pages of its origin only. The server around it has to check the `Host`,
    /// as [`Server`](crate::Server) does.
    pub fn router(&self) -> Router {
        let relay = self.clone();
        Router::new().fallback(move |request: Request| {
            let relay = relay.clone();
            request_peer::within(address(&request), async move {
                let (parts, body) = request.into_parts();
                let path = match is_below_its_prefix(&parts) {
                    true => parts.uri.path().to_owned(),
                    false => String::new(),
                };
                relay.answer(&path, parts, body).await
            })
        })
    }

    /// Answers a request whose path begins with the prefix.
    pub(crate) async fn answer_below_prefix(&self, request: Request) -> Response {
        request_peer::within(address(&request), async move {
            let (parts, body) = request.into_parts();
            // Cheap: a part of it is shared and not copied.
            let uri = parts.uri.clone();
            let path = uri.path().get(1 + route::RELAY.len()..).unwrap_or_default();
            self.answer(path, parts, body).await
        })
        .await
    }

    pub(crate) fn launch_route(&self) -> MethodRouter {
        let relay = self.clone();
        any(move |request: Request| {
            let relay = relay.clone();
            request_peer::within(address(&request), async move {
                let launch =
                    |context| async move { sign_in_routes::launch(&context, request).await };
                relay.sign_in(launch).await
            })
        })
    }

    /// Answers a request to `path`, which is below the prefix.
    async fn answer(&self, path: &str, parts: Parts, body: Body) -> Response {
        let Some(segments) = segments(path) else {
            return Refusal::Malformed("The path is not in its one form.").into_response();
        };
        let segments: Vec<&str> = segments.iter().map(AsRef::as_ref).collect();
        match segments.as_slice() {
            // The issuer sends browsers back from its own page.
            [route::SIGNED_IN] => {
                let signed_in =
                    |context| async move { sign_in_routes::signed_in(&context, &parts).await };
                return Box::pin(self.sign_in(signed_in)).await;
            }
            [route::OPENAPI] => return self.0.document.answer(&parts.method),
            _ => (),
        }
        // The issuer itself sends this, from no page.
        if let [route::BACK_CHANNEL_LOGOUT] = segments.as_slice() {
            let log_out = |context| async move {
                logout_routes::back_channel_logout(&context, &parts, body).await
            };
            return Box::pin(self.sign_in(log_out)).await;
        }
        let own = parts.extensions.get::<OwnOrigin>();
        let is_own = own
            .unwrap_or(&self.0.origin)
            .is_of(&parts.method, &parts.headers);
        if !is_own {
            return Refusal::Elsewhere.into_response();
        }
        match segments.as_slice() {
            [route::SIGN_IN] => {
                let sign_in =
                    |context| async move { sign_in_routes::sign_in(&context, &parts, body).await };
                Box::pin(self.sign_in(sign_in)).await
            }
            [route::SIGN_OUT] => {
                let sign_out =
                    |context| async move { sign_in_routes::sign_out(&context, &parts).await };
                Box::pin(self.sign_in(sign_out)).await
            }
            [name, rest @ ..] => self.at(name, rest, &parts, body).await,
            [] => Refusal::NotFound.into_response(),
        }
    }

    /// Answers by `act` of the sign-in routes, which ends even where the client disconnects: what the audit says is done.
    async fn sign_in<F>(&self, act: impl FnOnce(Arc<RelayContext>) -> F) -> Response
    where
        F: Future<Output = Result<Response, Refusal>> + Send + 'static,
    {
        match self.0.tasks.run(act(Arc::clone(&self.0))).await {
            Some(answered) => logged("sign_in", answered),
            None => Refusal::Audit.into_response(),
        }
    }

    /// Answers a request to a connection.
    async fn at(&self, name: &str, rest: &[&str], parts: &Parts, body: Body) -> Response {
        let context = &self.0;
        let user = match context.authenticate(parts).await {
            Ok(user) => user,
            Err(nobody) => {
                let refusal = Box::pin(context.refuse(parts, nobody)).await;
                // Without a session nobody learns which connections there are.
                return match provider::by_path(rest) {
                    Some(provider) => refusal.response_of(provider),
                    None => refusal.into_response(),
                };
            }
        };
        let found = context.connections.get(name);
        let allowed = found.and_then(|connection| {
            let role = context.policy.now().role(&connection.config.name, &user)?;
            Some((Arc::clone(connection), role))
        });
        let Some((connection, role)) = allowed else {
            return Refusal::NotFound.into_response();
        };
        let request = ConnectionRequest {
            context: Arc::clone(context),
            connection,
            user,
            role,
        };
        let mut response = match rest {
            // Boxed: what is large is copied for each request, and most are forwarded.
            [route::APPROVALS, rest @ ..] => Box::pin(request.approvals(rest, parts, body)).await,
            [route::RUNS, rest @ ..] => Box::pin(request.runs(rest, parts, body)).await,
            rest => request.forward(rest, parts, body).await,
        };
        if let Some(log) = response.extensions_mut().get_mut::<RequestLog>() {
            log.connection = Some(request.connection.config.name.to_string());
            log.user = Some(request.user.name.to_string());
        }
        response
    }

    /// Returns what is open to the sender of a request, and records where it fails to authenticate.
    pub(crate) async fn session_info(&self, parts: &Parts) -> SessionInfo {
        let context = &self.0;
        let user = match context.authenticate(parts).await {
            Ok(user) => Some(user),
            Err(nobody) => {
                context.refuse(parts, nobody).await;
                None
            }
        };
        let access = context.policy.now();
        let connections = context.connections.values().filter_map(|connection| {
            let role = access.role(&connection.config.name, user.as_ref()?)?;
            Some(connection.config.info(role))
        });
        SessionInfo {
            sign_in: access.sign_in.method(),
            connections: connections.collect(),
            user: user.as_ref().map(|user| user.name.to_string()),
        }
    }

    /// Waits until no cancel is in progress, for at most as long as one may take.
    pub(crate) async fn cancels_finished(&self) {
        self.0.tasks.finished(PATIENCE).await;
    }

    /// Gives the runs that it works on to other instances, or to the next start.
    pub(crate) async fn hand_over(&self) {
        self.0.runs.hand_over().await;
    }

    /// Replaces who may do what, at once. Returns `false` where the sign-in method differs: that needs a restart, and
    /// the method before stays.
    ///
    /// # Errors
    /// When the configuration is not taken. The one before stays.
    pub async fn reload(&self, config: AccessConfig) -> Result<bool, ReloadError> {
        let is_whole = self.0.policy.replace(config)?;
        let ended = self.0.sessions.end_unknown(&self.0.policy.now()).await;
        // Whoever is not known any more is sent away when they come, too.
        let ended = ended.unwrap_or_default();
        tracing::info!(target: "countermand_server::sign_in", ended, is_whole, "who may what was read again");
        Ok(is_whole)
    }

    /// Fetches the keys of every connection again. Where they are others and the provider takes them, they are used from
    /// now on; otherwise the old ones are.
    pub async fn renew_keys(&self) -> Vec<(ConnectionName, Renewal)> {
        let mut renewals = Vec::new();
        for connection in self.0.connections.values() {
            let renewal = connection.upstream.renew_keys().await;
            renewals.push((connection.config.name.clone(), renewal));
        }
        renewals
    }

    /// Returns the names of its connections.
    pub fn connections(&self) -> impl Iterator<Item = &ConnectionName> {
        let all = self.0.connections.values();
        all.map(|connection| &connection.config.name)
    }

    /// Returns why the audit or the store cannot be used, where that is so, in words for everybody.
    pub(crate) fn problem(&self) -> Option<String> {
        match self.0.audit.reason() {
            Some(reason) => Some(format!(
                "the audit cannot be written ({reason}): nothing is cancelled until it can"
            )),
            None => self.0.runs.problem(),
        }
    }

    /// Returns whether a request carries the token for the metrics.
    pub(crate) fn may_read_metrics(&self, headers: &HeaderMap) -> bool {
        let access = self.0.policy.now();
        let token = access.metrics.as_ref().zip(bearer(headers));
        token.is_some_and(|(token, presented)| {
            owner(std::slice::from_ref(token), presented, self.0.timer.now()).is_ok()
        })
    }

    /// Hands runs over, waits for the cancels in progress, lets notices that are under way arrive, and seals the audit.
    pub async fn stop(&self) {
        self.hand_over().await;
        // A cancel that takes longer has no answer in the audit, which shows it.
        self.0.tasks.finished(PATIENCE).await;
        self.0.notices.stop().await;
        self.0.audit.seal().await;
        self.0.store.close().await;
    }
}

impl fmt::Debug for Relay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Relay")
            .field("connections", &self.0.connections.keys())
            .finish_non_exhaustive()
    }
}

/// Returns where a request came from, where that is known.
fn address(request: &Request) -> Option<IpAddr> {
    let peer = peer(request.extensions()).to_canonical();
    (!peer.is_unspecified()).then_some(peer)
}

/// Returns whether the path is below the prefix in its one form: a nested router takes two slashes for one.
fn is_below_its_prefix(parts: &Parts) -> bool {
    parts
        .extensions
        .get::<OriginalUri>()
        .is_none_or(|OriginalUri(whole)| {
            let prefix = whole.path().strip_suffix(parts.uri.path());
            prefix.is_some_and(|prefix| !prefix.ends_with('/'))
        })
}
