//! What the parts of the relay share, and an authenticated request to one of its connections.

mod authentication;
mod group_refresh;

use std::{collections::BTreeMap, sync::Arc};

use axum::response::Response;
use countermand_relay_api::Role;
use countermand_store::Store;
use countermand_transport::SharedTimer;

use crate::{
    access::{Cookies, FailureBudget, Oidc, Policy, Sessions, SignInLimit, User},
    audit::Audit,
    connection::ConnectionConfig,
    forwarding::Upstream,
    metrics::Metrics,
    notices::Notices,
    openapi::Document,
    own_origin::OwnOrigin,
    response::Refusal,
    runs::Runs,
    tasks::Tasks,
    watch::Watches,
};

pub(crate) struct RelayContext {
    pub(crate) timer: SharedTimer,
    pub(crate) connections: BTreeMap<String, Arc<Connection>>,
    pub(crate) policy: Policy,
    pub(crate) oidc: Option<Oidc>,
    pub(crate) sessions: Sessions,
    pub(crate) store: Store,
    pub(crate) limit: SignInLimit,
    pub(crate) failures: FailureBudget,
    pub(crate) cookies: Cookies,
    /// The origin of its page, where the server around it does not say by which name it was reached.
    pub(crate) origin: OwnOrigin,
    pub(crate) runs: Runs,
    pub(crate) watches: Watches,
    pub(crate) notices: Notices,
    pub(crate) audit: Audit,
    pub(crate) metrics: Arc<Metrics>,
    pub(crate) document: Document,
    /// Work that no client can interrupt. Sealing the audit waits for it.
    pub(crate) tasks: Tasks,
}

pub(crate) struct Connection {
    pub(crate) config: ConnectionConfig,
    pub(crate) upstream: Upstream,
}

/// An authenticated request to a connection.
#[derive(Clone)]
pub(crate) struct ConnectionRequest {
    pub(crate) context: Arc<RelayContext>,
    pub(crate) connection: Arc<Connection>,
    pub(crate) user: User,
    pub(crate) role: Role,
}

impl ConnectionRequest {
    /// Completes `act` even where the client disconnects: what it decides counts exactly where it is written down.
    pub(crate) async fn uninterrupted<F>(
        &self,
        act: impl FnOnce(Self) -> F,
    ) -> Result<Response, Refusal>
    where
        F: Future<Output = Result<Response, Refusal>> + Send + 'static,
    {
        let acted = self.context.tasks.run(act(self.clone())).await;
        acted.unwrap_or(Err(Refusal::Audit))
    }
}
