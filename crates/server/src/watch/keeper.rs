//! Claims a connection's watch, and claims it again where it was lost.

use std::{sync::Arc, time::Duration};

use super::{
    kept::Kept,
    looking::{Ended, Looking},
    shared::{Shared, WatchedConnection, warn},
};
use crate::audit::Entry;

/// How often a watch is asked for that another instance has. With the time after which an instance is taken for dead it is at
/// most 15 s until another one takes over.
const CLAIMS: Duration = Duration::from_secs(1);

/// Keeps on until the process ends.
pub(super) async fn keep(shared: Arc<Shared>, connection: WatchedConnection) {
    let mut was_refused = false;
    loop {
        let store = &shared.duties.store;
        let claimed = store
            .claim_watch(&connection.name, &shared.duties.runs.instance())
            .await;
        match claimed {
            Ok(Some((lease, kept))) => {
                let entry = Entry::WatchBegan {
                    connection: connection.name.clone(),
                    samples_per_minute: connection.config.samples_per_minute,
                    severity: connection.config.severity.as_str().to_owned(),
                };
                // It watches even where that cannot be written now.
                shared.duties.audit.queue(&entry);
                let looking = Looking::new(&shared, &connection, lease.clone(), Kept::read(&kept));
                let looking = match looking {
                    Ok(looking) => looking,
                    Err(error) => return warn(&connection.name, &error, "nothing is watched"),
                };
                if looking.go_on().await == Ended::Closing {
                    let released = store.release_watch(&lease).await;
                    if let Err(error) = released {
                        warn(&connection.name, &error, "a watch cannot be handed over");
                    }
                    return;
                }
                tracing::warn!(target: "countermand_server::watch", connection = connection.name, "the watch was lost to another server");
            }
            Ok(None) => {}
            Err(error) if was_refused => drop(error),
            Err(error) => {
                was_refused = true;
                warn(
                    &connection.name,
                    &error,
                    "the store cannot be used: nothing is watched",
                );
            }
        }
        super::looking::show_state(&shared, &connection.name, "elsewhere");
        if !shared.pause(CLAIMS).await {
            return;
        }
    }
}
