//! What the parts of the watch share.

use std::sync::Arc;

use countermand_client::Client;
use countermand_core_model::SeverityRules;
use countermand_store::Store;
use countermand_transport::SharedTimer;
use tokio::sync::watch;

use super::{brake::Brake, config::WatchConfig};
use crate::{audit::Audit, metrics::Metrics, notices::Notices, runs::Runs, tasks::Tasks};

/// What a watch needs of its server.
pub(crate) struct WatchDuties {
    pub(crate) store: Store,
    pub(crate) audit: Audit,
    pub(crate) notices: Notices,
    pub(crate) metrics: Arc<Metrics>,
    pub(crate) timer: SharedTimer,
    /// They know who this process is in the store.
    pub(crate) runs: Runs,
    pub(crate) brake: Arc<dyn Brake>,
}

/// A connection whose devices are watched.
pub(crate) struct WatchedConnection {
    pub(crate) name: String,
    pub(crate) client: Client,
    pub(crate) config: WatchConfig,
    pub(crate) severity_rules: SeverityRules,
}

pub(super) struct Shared {
    pub(super) duties: WatchDuties,
    /// The process ends: others are to watch.
    pub(super) is_closing: watch::Sender<bool>,
    pub(super) tasks: Tasks,
}

impl Shared {
    /// Waits for `duration`, or until the process ends. Returns whether it goes on.
    pub(super) async fn pause(&self, duration: std::time::Duration) -> bool {
        let mut closing = self.is_closing.subscribe();
        tokio::select! {
            _ = closing.wait_for(|is_closing| *is_closing) => false,
            () = self.duties.timer.sleep(duration) => true,
        }
    }

    pub(super) fn is_closing(&self) -> bool {
        *self.is_closing.borrow()
    }
}

/// Logs what keeps a connection from being watched.
pub(super) fn warn(connection: &str, error: &(dyn std::error::Error + 'static), what: &str) {
    tracing::warn!(target: "countermand_server::watch", connection, error, "{what}");
}
