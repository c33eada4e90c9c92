//! Looks at devices, one after the other, as long as the connection is this instance's to watch.

use std::{sync::Arc, time::Duration};

use countermand_client::{Client, Watch, WatchNews, WatchStep};
use countermand_core_model::{Command, Device, DeviceRef, InvalidValue, Timestamp};
use countermand_relay_api::{WatchState, WatchSurge, WatchedKind};
use countermand_store::WatchLease;
use countermand_transport::{ApiError, BoxFuture, CallLimits, Limited, Urgency};
use futures_util::{StreamExt, stream::FuturesUnordered};

use super::{
    alarm,
    brake::Braked,
    kept::Kept,
    shared::{Shared, WatchedConnection, warn},
    spell::{Spell, Standing},
};

/// How many looks are under way at once.
const AT_ONCE: usize = 32;

/// How far back a list has to go: somewhat further than what counts as given lately, in milliseconds.
const BACK_MS: i64 = 900_000;

/// How often the devices are listed.
const LISTS: Duration = Duration::from_secs(1_800);

/// After how long a list that failed is tried again.
const LISTS_AGAIN: Duration = Duration::from_secs(10);

/// How often what it knows is kept, and with it seen whether another instance has taken over.
const KEEPS: Duration = Duration::from_secs(10);

/// The longest time in which it does not look around.
const LONGEST_WAIT: Duration = Duration::from_millis(500);

/// Why it ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ended {
    /// The process ends.
    Closing,
    /// Another instance watches.
    Lost,
}

type Looked = (DeviceRef, Result<Vec<Command>, ApiError>);

type Listed = Result<(Vec<Device>, bool), ApiError>;

/// What happened next.
enum Event {
    Looked(Looked),
    Listed(Listed),
    Told(String, Braked),
    Waited,
}

/// The watch of one connection.
pub(super) struct Looking<'a> {
    shared: &'a Arc<Shared>,
    name: &'a str,
    client: Client,
    lease: WatchLease,
    watch: Watch,
    state: WatchState,
    spell: Spell,
    looks: FuturesUnordered<BoxFuture<'static, Looked>>,
    lists: FuturesUnordered<BoxFuture<'static, Listed>>,
    /// Surges that are being told of.
    alarms: FuturesUnordered<BoxFuture<'static, (String, Braked)>>,
    list_due: Duration,
    keep_due: Duration,
    /// While the provider does not answer: when the next look is.
    try_due: Duration,
}

impl<'a> Looking<'a> {
    /// Returns the watch of a connection, which goes on with what was kept.
    ///
    /// # Errors
    /// When a number of the configuration is not valid.
    pub(super) fn new(
        shared: &'a Arc<Shared>,
        connection: &'a WatchedConnection,
        lease: WatchLease,
        kept: Kept,
    ) -> Result<Self, InvalidValue> {
        let limits = CallLimits::default().with_urgency(Urgency::Last);
        let client = connection
            .client
            .around(|inner| Limited::new(inner, limits));
        let rules = connection.severity_rules.clone();
        let watch = Watch::new(connection.config.options(rules, seed()))?;
        let spell = match kept.state.state.as_str() {
            "refused" => Spell::refused(),
            _ => Spell::default(),
        };
        let now = shared.duties.timer.monotonic();
        Ok(Self {
            shared,
            name: &connection.name,
            client,
            lease,
            watch: watch.knowing(&kept.known),
            state: WatchState {
                last_surge: kept.state.last_surge,
                ..WatchState::default()
            },
            spell,
            looks: FuturesUnordered::new(),
            lists: FuturesUnordered::new(),
            alarms: FuturesUnordered::new(),
            list_due: now,
            keep_due: now + Duration::from_secs(1),
            try_due: now,
        })
    }

    /// Looks until the process ends, or another instance watches.
    pub(super) async fn go_on(mut self) -> Ended {
        show_state(self.shared, self.name, self.spell.standing.as_str());
        loop {
            if self.shared.is_closing() {
                while let Some((run, braked)) = self.alarms.next().await {
                    self.told(&run, braked);
                }
                self.keep().await;
                return Ended::Closing;
            }
            let wait = self.begin();
            match self.next(wait).await {
                Event::Looked((device, result)) => self.looked(&device, result),
                Event::Listed(listed) => self.listed(listed),
                Event::Told(kind, braked) => self.told(&kind, braked),
                Event::Waited => {}
            }
            if self.monotonic() >= self.keep_due && !self.keep().await {
                return Ended::Lost;
            }
        }
    }

    fn monotonic(&self) -> Duration {
        self.shared.duties.timer.monotonic()
    }

    fn now(&self) -> Timestamp {
        self.shared.duties.timer.now()
    }

    /// Begins what is due. Returns after how long there may be more.
    fn begin(&mut self) -> Duration {
        let moment = self.monotonic();
        if moment >= self.list_due && self.lists.is_empty() {
            self.list_due = moment + LISTS;
            self.lists.push(Box::pin(list(self.client.clone())));
        }
        if let Some(pause) = self.spell.standing.pause() {
            // One at a time tells whether it answers again.
            if moment >= self.try_due && self.looks.is_empty() {
                self.try_due = moment + pause;
                self.look();
            }
            return LONGEST_WAIT;
        }
        while self.looks.len() < AT_ONCE {
            if let Some(wait) = self.look() {
                return wait.min(LONGEST_WAIT);
            }
        }
        LONGEST_WAIT
    }

    /// Begins a look, or returns after how long there is one.
    fn look(&mut self) -> Option<Duration> {
        let now = self.now();
        let device = match self.watch.next(now) {
            WatchStep::Look(device) => device,
            WatchStep::Wait(ms) => return Some(Duration::from_millis(ms)),
            WatchStep::NoDevices => return Some(LONGEST_WAIT),
        };
        let client = self.client.clone();
        let oldest = now.plus_millis(-BACK_MS).unwrap_or(now);
        self.looks.push(Box::pin(async move {
            let found = client.list_back_to(&device, oldest).await;
            (device, found)
        }));
        None
    }

    async fn next(&mut self, wait: Duration) -> Event {
        let shared = Arc::clone(self.shared);
        tokio::select! {
            Some(looked) = self.looks.next() => Event::Looked(looked),
            Some(listed) = self.lists.next() => Event::Listed(listed),
            Some((kind, braked)) = self.alarms.next() => Event::Told(kind, braked),
            _ = shared.pause(wait) => Event::Waited,
        }
    }

    fn looked(&mut self, device: &DeviceRef, result: Result<Vec<Command>, ApiError>) {
        let now = self.now();
        self.state.looks += 1;
        let outcome = match &result {
            Ok(_) => "looked",
            Err(error) if error.refuses_connection() => "refused",
            Err(_) => "failed",
        };
        self.shared.duties.metrics.look(self.name, outcome, now);
        self.answered(result.as_ref().err());
        let Ok(commands) = result else {
            self.state.failures += 1;
            return;
        };
        self.state.last_look = Some(now.to_string());
        for news in self.watch.looked_at(device, &commands, now) {
            match news {
                WatchNews::Surge(surge) => {
                    self.state.last_surge = Some(WatchSurge {
                        kind: surge.kind.clone(),
                        at: now.to_string(),
                        since: surge.since.map(|since| since.to_string()),
                        estimate: surge.estimate,
                        devices: surge.devices.iter().map(ToString::to_string).collect(),
                        run: None,
                    });
                    let told = alarm::surge(
                        Arc::clone(self.shared),
                        self.lease.clone(),
                        self.kept(),
                        surge.clone(),
                    );
                    // It goes on by itself, whatever becomes of this watch.
                    let told = self.shared.tasks.run(told);
                    let kind = surge.kind;
                    self.alarms.push(Box::pin(async move {
                        (kind, told.await.unwrap_or(Braked::NeedsPerson))
                    }));
                }
                WatchNews::Over { kind } => {
                    tracing::info!(target: "countermand_server::watch", connection = self.name, kind, "a surge is over");
                }
                _ => {}
            }
        }
    }

    fn told(&mut self, kind: &str, braked: Braked) {
        let surge = self.state.last_surge.as_mut();
        let surge = surge.filter(|surge| surge.kind == kind);
        if let (Some(surge), Braked::Braked { run, .. }) = (surge, braked) {
            surge.run = Some(run);
        }
    }

    /// Takes note of how the provider answers.
    fn answered(&mut self, failure: Option<&ApiError>) {
        let Some(before) = self.spell.take(failure) else {
            return;
        };
        let standing = self.spell.standing;
        show_state(self.shared, self.name, standing.as_str());
        match (before, standing) {
            (_, Standing::Silent) => {
                if let Some(error) = failure {
                    warn(
                        self.name,
                        error,
                        "the provider does not answer: nothing is watched",
                    );
                }
            }
            (Standing::Silent, Standing::Watching) => {
                tracing::info!(target: "countermand_server::watch", connection = self.name, "the provider answers again: it is watched");
            }
            (Standing::Refused, Standing::Watching) => self.tell_key(alarm::Key::Taken),
            (_, Standing::Refused) => self.tell_key(alarm::Key::Refused),
            _ => {}
        }
    }

    fn tell_key(&self, key: alarm::Key) {
        let (shared, lease) = (Arc::clone(self.shared), self.lease.clone());
        let told = alarm::key(shared, lease, self.kept(), key);
        drop(self.shared.tasks.run(told));
    }

    fn listed(&mut self, listed: Listed) {
        match listed {
            Ok((devices, is_whole)) => {
                // Where a page was left out, what is known stays.
                self.watch.list(&devices, is_whole, self.now());
                // A refused key shows here as well; one list that is read says nothing of the commands.
                self.state.devices = self.watch.devices() as u64;
            }
            Err(error) => {
                self.list_due = self.monotonic() + LISTS_AGAIN;
                if self.watch.devices() == 0 {
                    self.answered(Some(&error));
                }
                warn(self.name, &error, "the devices to watch cannot be listed");
            }
        }
    }

    fn kept(&self) -> Kept {
        let kinds = self.watch.kinds().map(|kind| WatchedKind {
            kind: kind.kind,
            usual: kind.usual,
            recent_looks: kind.recent.0,
            recent_hits: kind.recent.1,
        });
        let state = WatchState {
            state: self.spell.standing.as_str().to_owned(),
            at: self.now().to_string(),
            kinds: kinds.collect(),
            ..self.state.clone()
        };
        Kept::new(self.watch.kept(), state)
    }

    /// Keeps what is known. Returns whether the watch is still this instance's, as far as is known.
    async fn keep(&mut self) -> bool {
        self.keep_due = self.monotonic() + KEEPS;
        let store = &self.shared.duties.store;
        let text = self.kept().text();
        match store.keep_watch(&self.lease, &text, &[]).await {
            Ok(is_ours) => is_ours,
            Err(error) => {
                warn(self.name, &error, "what the watch knows cannot be kept");
                true
            }
        }
    }
}

async fn list(client: Client) -> Listed {
    let listing = client.devices(None).await?;
    let is_whole = listing.is_whole();
    Ok((listing.items, is_whole))
}

/// Returns a number that others do not know. Where the system gives none, any will do.
fn seed() -> u64 {
    let mut bytes = [0; 8];
    let _ = getrandom::fill(&mut bytes);
    u64::from_le_bytes(bytes)
}

pub(super) fn show_state(shared: &Shared, connection: &str, state: &str) {
    let metrics = &shared.duties.metrics;
    metrics.watch_state(connection, &Standing::WORDS, state);
}
