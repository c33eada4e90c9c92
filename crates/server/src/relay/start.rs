//! Starting a relay.

use std::{collections::BTreeMap, sync::Arc};

use countermand_page::Origin;
use countermand_relay_api::route;
use countermand_store::Store;

use super::{Relay, config::RelayConfig, start_error::RelayStartError};
use crate::{
    access::{AccessConfig, Cookies, FailureBudget, Oidc, Policy, Sessions, SignIn, SignInLimit},
    audit::Audit,
    context::{Connection, RelayContext},
    forwarding::Upstream,
    metrics::Metrics,
    notices::Notices,
    openapi::Document,
    own_origin::OwnOrigin,
    runs::{RunConnection, Runs},
    tasks::Tasks,
    watch::{BrakeByRule, WatchDuties, WatchedConnection, Watches},
};

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
        let mut watched = Vec::new();
        for (name, (config, mut upstream)) in upstreams {
            upstream.share_budget(&config, &store, &timer);
            let client = upstream.client(&config, &timer);
            let run_connection = RunConnection {
                client: client.map_err(|error| RelayStartError::Connection(name.clone(), error))?,
                severity_rules: config.severity_rules.clone(),
                approval: config.approval.clone(),
            };
            if let Some(watch) = &config.watch {
                watched.push(WatchedConnection {
                    name: name.clone(),
                    client: run_connection.client.clone(),
                    config: watch.clone(),
                    severity_rules: config.severity_rules.clone(),
                });
            }
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
        let duties = WatchDuties {
            store: store.clone(),
            audit: audit.clone(),
            notices: notices.clone(),
            metrics: Arc::clone(&metrics),
            timer: timer.clone(),
            runs: runs.clone(),
            brake: Arc::new(BrakeByRule::new(store.clone(), runs.clone(), timer.clone())),
        };
        let watches = Watches::begin(duties, watched);
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
            watches,
            notices,
            audit,
            metrics,
            tasks,
        })))
    }
}
