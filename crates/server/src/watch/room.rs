//! The room: begins the watches and ends them, and says how they stand.

use std::{fmt, sync::Arc, time::Duration};

use countermand_relay_api::WatchState;
use countermand_store::StoreError;
use tokio::sync::watch;

use super::{
    keeper,
    kept::Kept,
    shared::{Shared, WatchDuties, WatchedConnection},
};
use crate::tasks::Tasks;

/// How long watches may take to end.
const PATIENCE: Duration = Duration::from_secs(10);

/// The watches of a server. Clones share them.
#[derive(Clone)]
pub(crate) struct Watches(Arc<Shared>);

impl Watches {
    /// Begins to watch these connections, as far as no other instance does.
    pub(crate) fn begin(duties: WatchDuties, connections: Vec<WatchedConnection>) -> Self {
        let shared = Arc::new(Shared {
            duties,
            is_closing: watch::Sender::new(false),
            tasks: Tasks::new(),
        });
        for connection in connections {
            let kept = keeper::keep(Arc::clone(&shared), connection);
            drop(shared.tasks.run(kept));
        }
        Self(shared)
    }

    /// Returns how the watch of a connection stands, at whichever instance it is.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub(crate) async fn state(&self, connection: &str) -> Result<WatchState, StoreError> {
        let kept = self.0.duties.store.kept_watch(connection).await?;
        Ok(Kept::read(&kept.unwrap_or_default()).state)
    }

    /// Leaves the connections to other instances, or to the next start.
    pub(crate) async fn stop(&self) {
        self.0.is_closing.send_replace(true);
        self.0.tasks.finished(PATIENCE).await;
    }
}

impl fmt::Debug for Watches {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Watches").finish_non_exhaustive()
    }
}
