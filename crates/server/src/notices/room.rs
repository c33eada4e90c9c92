//! The room: takes notices in and has them delivered.

use std::{fmt, net::IpAddr, sync::Arc};

use countermand_core_model::Timestamp;
use countermand_store::{NewNotice, Store};
use countermand_transport::{SharedTimer, TransportError};
use sha2::{Digest, Sha256};
use tokio::sync::{Notify, watch};

use super::{
    delivery::{Courier, GRACE, Outbox, Pace},
    destination::Destination,
    failure_rows::{FailureRows, ROW},
    notice::{Body, Notice},
};
use crate::{metrics::Metrics, tasks::Tasks};

/// The notices of a server. Clones share them.
#[derive(Clone)]
pub(crate) struct Notices(Arc<Inner>);

struct Inner {
    outbox: Arc<Outbox>,
    destinations: Vec<Destination>,
    /// The origin by which browsers reach the server.
    origin: String,
    failures: FailureRows,
    /// The loops that deliver.
    loops: Tasks,
    /// What adds notices by itself.
    adding: Tasks,
}

impl Notices {
    /// Begins to deliver what waits in a store for these destinations.
    ///
    /// # Errors
    /// When no client can be set up on this machine.
    pub(crate) fn begin(
        destinations: Vec<Destination>,
        store: Store,
        timer: SharedTimer,
        origin: &str,
        metrics: Arc<Metrics>,
    ) -> Result<Self, TransportError> {
        Self::begin_at(Pace::default(), destinations, store, timer, origin, metrics)
    }

    pub(super) fn begin_at(
        pace: Pace,
        destinations: Vec<Destination>,
        store: Store,
        timer: SharedTimer,
        origin: &str,
        metrics: Arc<Metrics>,
    ) -> Result<Self, TransportError> {
        let couriers = destinations.iter();
        let couriers = couriers.map(|destination| Courier::new(destination, &timer, origin));
        let couriers = couriers.collect::<Result<Vec<_>, _>>()?;
        let outbox = Arc::new(Outbox {
            store,
            timer,
            metrics,
            pace,
            news: Notify::new(),
            is_closing: watch::Sender::new(false),
        });
        let loops = Tasks::new();
        for courier in couriers {
            drop(loops.run(Arc::clone(&outbox).deliver(courier)));
        }
        drop(loops.run(Arc::clone(&outbox).keep_short()));
        Ok(Self(Arc::new(Inner {
            outbox,
            destinations,
            origin: origin.to_owned(),
            failures: FailureRows::default(),
            loops,
            adding: Tasks::new(),
        })))
    }

    /// Adds a notice that stands in no transaction.
    ///
    /// # Errors
    /// When the store cannot be written.
    #[cfg(test)]
    pub(super) async fn tell(&self, notice: Notice) -> Result<(), countermand_store::StoreError> {
        let now = self.0.outbox.timer.now();
        let rows = self.rows(&random_key(now), now, &notice);
        self.0.outbox.store.add_notices(&rows).await?;
        self.added();
        Ok(())
    }

    /// Returns what is to be added to the outbox for a notice, one for each destination. The same `key` for the same kind
    /// of notice is the same notice, however often it is added. Call [`Self::added`] when it is in the store.
    pub(crate) fn rows(&self, key: &str, at: Timestamp, notice: &Notice) -> Vec<NewNotice> {
        let wanted = |destination: &&Destination| destination.kinds.contains(&notice.kind());
        self.for_each(key, at, notice, wanted)
    }

    fn for_each(
        &self,
        key: &str,
        at: Timestamp,
        notice: &Notice,
        is_told: impl Fn(&&Destination) -> bool,
    ) -> Vec<NewNotice> {
        let inner = &self.0;
        let body = Body {
            id: id(notice, key),
            notice: notice.clone(),
            at: at.to_string(),
            server: inner.origin.clone(),
            link: notice.link(&inner.origin),
        };
        let Ok(text) = serde_json::to_string(&body) else {
            return Vec::new();
        };
        let told = inner.destinations.iter().filter(is_told);
        let rows = told.map(|destination| NewNotice {
            id: body.id.clone(),
            destination: destination.name.clone(),
            body: text.clone(),
            made_at: at,
        });
        rows.collect()
    }

    /// Has what was added delivered at once.
    pub(crate) fn added(&self) {
        self.0.outbox.news.notify_waiters();
    }

    /// Counts a failed sign-in of `peer`, and tells of it where it is one too many in a row.
    pub(crate) fn sign_in_failed(&self, peer: IpAddr) {
        let inner = &self.0;
        let timer = &inner.outbox.timer;
        let count = inner.failures.count(peer, timer.monotonic());
        let notice = Notice::SignInFailures {
            count,
            peer: peer.to_string(),
            minutes: ROW.as_secs() / 60,
        };
        let is_told = |destination: &&Destination| {
            destination.kinds.contains(&notice.kind()) && destination.sign_in_failures == count
        };
        if !inner.destinations.iter().any(|one| is_told(&one))
            || !inner.failures.may_tell(timer.monotonic())
        {
            return;
        }
        let now = timer.now();
        let rows = self.for_each(&random_key(now), now, &notice, is_told);
        let this = self.clone();
        drop(inner.adding.run(async move {
            match this.0.outbox.store.add_notices(&rows).await {
                Ok(()) => this.added(),
                Err(error) => tracing::error!(
                    target: "countermand_server::notices",
                    error = &error as &dyn std::error::Error,
                    "a notice cannot be added"
                ),
            }
        }));
    }

    /// Stops. What is under way has a moment to end; what waits is delivered by other instances, or after the next start.
    pub(crate) async fn stop(&self) {
        self.0.adding.finished(GRACE).await;
        self.0.outbox.is_closing.send_replace(true);
        self.0.loops.finished(GRACE * 2).await;
    }
}

impl fmt::Debug for Notices {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = self.0.destinations.iter().map(|one| &one.name);
        f.debug_list().entries(names).finish()
    }
}

fn id(notice: &Notice, key: &str) -> String {
    let digest = Sha256::digest(format!("{}\n{key}", notice.kind().as_str()));
    let bytes = digest.iter().take(16);
    bytes.map(|byte| format!("{byte:02x}")).collect()
}

/// Returns a key that no other notice has. Where the system gives no random numbers, the time has to do.
fn random_key(now: Timestamp) -> String {
    let mut bytes = [0; 16];
    match getrandom::fill(&mut bytes) {
        Ok(()) => bytes.iter().map(|byte| format!("{byte:02x}")).collect(),
        Err(_) => now.as_millis().to_string(),
    }
}
