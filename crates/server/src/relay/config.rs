//! How a relay is set up.

use std::{fmt, sync::Arc};

use countermand_store::StoreLocation;
use countermand_transport::{SharedTimer, TokioTimer};

use crate::{
    access::{SignIn, StaticToken},
    audit::AuditConfig,
    connection::ConnectionConfig,
    notices::Destination,
};

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
