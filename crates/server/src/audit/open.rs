//! Opening an audit.

use std::sync::{Arc, Mutex};

use countermand_chain::{Chain, JournalStore};
use countermand_store::Store;
use countermand_transport::SharedTimer;

use super::{
    config::AuditConfig,
    earlier_files,
    entry::Entry,
    error::AuditError,
    observed_commands::Seen,
    stored_chain::StoredChain,
    upkeep::Upkeep,
    writer::{Audit, Shared, State},
};
use crate::{notices::Notices, tasks::Tasks};

impl Audit {
    /// Adds to the audit in the store, as the server of this name.
    pub(crate) async fn begin(
        config: AuditConfig,
        server: &str,
        store: Store,
        notices: Notices,
        timer: SharedTimer,
        tasks: Tasks,
    ) -> Result<Self, AuditError> {
        let signer = config.signer()?;
        earlier_files::record(&store, &config.folder, timer.now()).await?;
        let alone = store.is_exclusive();
        let chain = StoredChain::new(store.clone(), timer.clone());
        let upkeep = Upkeep {
            store,
            signer,
            file: config.checkpoint_file,
            notices,
            keep_days: config.keep_days,
            every: config.checkpoint_every,
            signed: Mutex::default(),
        };
        let audit = Self::over(chain, Some(server.to_owned()), Some(upkeep), timer, tasks);
        let started = Entry::ServerStarted {
            countermand: env!("CARGO_PKG_VERSION").to_owned(),
            alone,
        };
        audit.write(&started).await?;
        audit.watch_over();
        Ok(audit)
    }

    pub(super) fn over(
        store: impl JournalStore,
        server: Option<String>,
        upkeep: Option<Upkeep>,
        timer: SharedTimer,
        tasks: Tasks,
    ) -> Self {
        Self(Arc::new(Shared {
            chain: Chain::new(store, timer.clone()),
            server,
            upkeep,
            timer,
            tasks,
            state: Mutex::new(State::default()),
            seen: Seen::default(),
        }))
    }
}
