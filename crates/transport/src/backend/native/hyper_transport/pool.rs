//! Connections that wait for their next request.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
    time::{Duration, Instant},
};

use super::{http1::Http1, http2::Http2, origin::Origin};

/// How long a connection waits: as with reqwest.
const LONGEST: Duration = Duration::from_secs(90);
/// How often those that have waited too long are looked for.
const INTERVAL: Duration = Duration::from_secs(30);
/// How many wait at most.
const MOST: usize = 256;

/// Connections that wait for their next request. Clones share them.
#[derive(Clone, Default)]
pub(super) struct Pool(Arc<Mutex<Connections>>);

#[derive(Default)]
struct Connections {
    /// The last is the one that was used last.
    idle: Vec<Waiting<Http1>>,
    shared: Vec<Waiting<Http2>>,
    /// Whether a task looks for those that have waited too long.
    is_watched: bool,
}

struct Waiting<C> {
    origin: Origin,
    since: Instant,
    connection: C,
}

impl<C> Waiting<C> {
    fn is_over(&self) -> bool {
        self.since.elapsed() >= LONGEST
    }
}

/// A connection that was used before.
pub(super) enum Kept {
    Http1(Http1),
    Http2(Http2),
}

impl Pool {
    /// Takes a connection to `origin` that is open, as far as this side knows: the one that was used last.
    pub(super) fn take(&self, origin: &Origin) -> Option<Kept> {
        loop {
            // Closing one, and asking whether it is open, may take time; nobody else waits for it.
            let mut found = match self.lock().take(origin)? {
                Kept::Http1(found) => found,
                shared @ Kept::Http2(_) => return Some(shared),
            };
            if found.is_open() {
                return Some(Kept::Http1(found));
            }
        }
    }

    /// Keeps a connection for the next request.
    pub(super) fn put(&self, origin: Origin, connection: Http1) {
        let waiting = Waiting {
            origin,
            since: Instant::now(),
            connection,
        };
        let mut connections = self.lock();
        let too_many = match connections.idle.len() < MOST {
            true => None,
            false => Some(connections.idle.remove(0)),
        };
        connections.idle.push(waiting);
        self.watch(&mut connections);
        drop(connections);
        drop(too_many);
    }

    /// Shares a connection with the requests to come.
    pub(super) fn share(&self, origin: Origin, connection: Http2) {
        let mut connections = self.lock();
        connections.shared.push(Waiting {
            origin,
            since: Instant::now(),
            connection,
        });
        self.watch(&mut connections);
    }

    fn lock(&self) -> MutexGuard<'_, Connections> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn watch(&self, connections: &mut Connections) {
        if !connections.is_watched {
            connections.is_watched = true;
            tokio::spawn(drop_old(Arc::downgrade(&self.0)));
        }
    }
}

impl Connections {
    fn take(&mut self, origin: &Origin) -> Option<Kept> {
        self.shared.retain(|one| one.connection.is_open());
        let mut shared = self.shared.iter_mut();
        if let Some(one) = shared.find(|one| one.origin == *origin) {
            one.since = Instant::now();
            return Some(Kept::Http2(one.connection.clone()));
        }
        let at = self.idle.iter().rposition(|one| one.origin == *origin)?;
        let found = self.idle.remove(at);
        // The others have waited longer.
        match found.is_over() {
            true => None,
            false => Some(Kept::Http1(found.connection)),
        }
    }
}

/// Drops connections that have waited too long, until none waits.
async fn drop_old(pool: Weak<Mutex<Connections>>) {
    loop {
        tokio::time::sleep(INTERVAL).await;
        let Some(pool) = pool.upgrade() else {
            return;
        };
        let mut connections = pool.lock().unwrap_or_else(PoisonError::into_inner);
        connections.idle.retain(|one| !one.is_over());
        connections
            .shared
            .retain(|one| !one.is_over() && one.connection.is_open());
        if connections.idle.is_empty() && connections.shared.is_empty() {
            connections.is_watched = false;
            return;
        }
    }
}
