//! The room: takes runs in, stops and resumes them, and tells of them.

use std::{collections::BTreeMap, fmt, sync::Arc, time::Duration};

use countermand_relay_api::ReadAgain;
use countermand_store::{ApprovalDecision, InstanceId, NewRun, RunRecord, Store, StoreError};
use countermand_transport::SharedTimer;
use tokio::sync::{MutexGuard, watch};

use super::{
    feed::{Lines, next_lines},
    keeper,
    order::Order,
    progress,
    read_again::UnreadJournal,
    shared::{RunConnection, Shared},
};
use crate::{approvals::Rule, audit::Audit, notices::Notices};

/// How many runs a list has.
const LISTED: u32 = 200;

/// How long runs may take to stop sending before they are handed over as they are.
const PATIENCE: Duration = Duration::from_secs(20);

/// The runs of all connections. Clones share them.
#[derive(Clone)]
pub(crate) struct Runs(Arc<Shared>);

impl Runs {
    pub(super) fn shared(&self) -> &Arc<Shared> {
        &self.0
    }

    /// Adds this process to the instances of a store.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub(crate) async fn register(
        store: &Store,
        timer: &SharedTimer,
    ) -> Result<InstanceId, StoreError> {
        keeper::register(store, timer.now()).await
    }

    /// Returns who this process is in the store.
    pub(crate) fn instance(&self) -> InstanceId {
        self.0.instance()
    }

    /// Begins to work on the runs of a store.
    pub(crate) fn begin(
        store: Store,
        audit: Audit,
        notices: Notices,
        timer: SharedTimer,
        connections: BTreeMap<String, RunConnection>,
        instance: InstanceId,
    ) -> Self {
        let shared = Arc::new(Shared::new(
            store,
            audit,
            notices,
            timer,
            connections,
            instance,
        ));
        tokio::spawn(keeper::keep(Arc::clone(&shared)));
        Self(shared)
    }

    /// Takes a run in. The same plan of the same person is the same run. Returns it, and whether it is new.
    ///
    /// # Errors
    /// When the store cannot be written. Whether it was taken in is not known.
    pub(crate) async fn start(
        &self,
        connection: &str,
        who: &str,
        order: &Order,
    ) -> Result<(RunRecord, bool), StoreError> {
        let shared = &self.0;
        let new = NewRun {
            id: &order.id,
            connection,
            plan_sha256: &order.plan_sha256,
            plan: order.plan.as_bytes(),
            by: who,
            at: shared.timer.now(),
            reason: order.reason.as_deref(),
            ticket: order.ticket.as_deref(),
            options: &order.options.words(),
            progress: &progress::not_begun(order.total, order.sweep.is_some()),
            approval_targets: self
                .may_wait(connection, order)
                .then_some(order.size as u64),
            rule: order.rule.as_deref(),
        };
        let created = shared.store.create_run(&new).await;
        shared.note(&created);
        shared.news.notify_one();
        created
    }

    /// Returns whether a second person may have to approve a run first.
    pub(crate) fn may_wait(&self, connection: &str, order: &Order) -> bool {
        let Some(config) = self.0.connections.get(connection) else {
            return false;
        };
        order.rule.is_none()
            && config.approval.as_ref().is_some_and(|rule| {
                let severity_rules = &config.severity_rules;
                let rule = Rule {
                    rule,
                    severity_rules,
                };
                let sweep = order.sweep.as_ref();
                sweep.is_none_or(|sweep| rule.names_sweep(sweep))
            })
    }

    /// Waits until nobody else at this server starts a sweep, so that each is seen by the next one.
    pub(crate) async fn sweep_turn(&self) -> MutexGuard<'_, ()> {
        self.0.sweep_turn.lock().await
    }

    /// Returns a run that is under way, or waits for its approval as this one would, and does all that a sweep would do.
    pub(crate) async fn same_sweep(
        &self,
        connection: &str,
        order: &Order,
    ) -> Result<Option<RunRecord>, StoreError> {
        let Some(sweep) = order.sweep.as_ref().filter(|_| !order.beside) else {
            return Ok(None);
        };
        let would_wait = self.may_wait(connection, order);
        let found = self.0.same_under_way(connection, sweep, would_wait).await;
        self.0.note(&found);
        found
    }

    /// Returns the run of a plan that somebody has handed over before.
    pub(crate) async fn known(
        &self,
        connection: &str,
        who: &str,
        order: &Order,
    ) -> Result<Option<RunRecord>, StoreError> {
        let store = &self.0.store;
        store.run_of(connection, who, &order.plan_sha256).await
    }

    /// Returns the newest runs of a connection.
    pub(crate) async fn list(&self, connection: &str) -> Result<Vec<RunRecord>, StoreError> {
        self.0.store.runs(connection, LISTED).await
    }

    /// Returns a run of a connection.
    pub(crate) async fn get(
        &self,
        connection: &str,
        id: &str,
    ) -> Result<Option<RunRecord>, StoreError> {
        self.0.store.run(connection, id).await
    }

    /// Has a run of a connection send no further cancel. Returns whether it was asked just now. The caller has seen that
    /// the run is of this connection.
    pub(crate) async fn stop(
        &self,
        connection: &str,
        id: &str,
        who: &str,
    ) -> Result<bool, StoreError> {
        // At once here, before the store knows: a stop that is not written is better than a cancel too many.
        if let Some(active) = self.0.active(id) {
            active.stop.stop();
        }
        let asked = self.0.store.ask_to_stop(connection, id, who).await;
        self.0.note(&asked);
        self.0.news.notify_one();
        asked
    }

    /// Takes a run back that has not begun. Returns `false` where it has, or was not asked about.
    pub(crate) async fn withdraw(
        &self,
        connection: &str,
        id: &str,
        who: &str,
    ) -> Result<bool, StoreError> {
        let now = self.0.timer.now();
        let withdrawn = self.0.store.withdraw(connection, id, who, now).await;
        self.0.note(&withdrawn);
        if let (Ok(true), Some(active)) = (&withdrawn, self.0.active(id)) {
            // It is being read.
            active.stop.stop();
        }
        withdrawn
    }

    /// Decides about a run that waits. Returns `false` where it does not, or waits with another plan.
    pub(crate) async fn decide(
        &self,
        connection: &str,
        id: &str,
        is_approved: bool,
        who: &str,
        sha256: Option<&str>,
    ) -> Result<bool, StoreError> {
        // What nobody decided about in time is over, whether or not that was noticed before.
        self.0.expire_approvals().await?;
        let decision = ApprovalDecision {
            is_approved,
            by: who,
            at: self.0.timer.now(),
            sha256,
        };
        let decided = self.0.store.decide(connection, id, &decision).await;
        self.0.note(&decided);
        self.0.news.notify_one();
        decided
    }

    /// Has a stopped run go on. Returns whether it was stopped.
    pub(crate) async fn resume(&self, connection: &str, id: &str) -> Result<bool, StoreError> {
        let resumed = self.0.store.resume_run(connection, id).await;
        self.0.note(&resumed);
        self.0.news.notify_one();
        resumed
    }

    /// Reads targets of a run that is over again, behind the first `from` whose outcome is not settled.
    pub(crate) async fn read_again(
        &self,
        connection: &str,
        id: &str,
        from: usize,
    ) -> Result<ReadAgain, UnreadJournal> {
        self.0.read_again(connection, id, from).await
    }

    /// Returns whether the audit has a line that this person watched this run within the last hour. A browser whose
    /// connection breaks off comes again and again.
    pub(crate) fn is_watching(&self, id: &str, who: &str) -> bool {
        let now = self.0.timer.monotonic();
        self.0.watchers.is_known(id, who, now)
    }

    /// Notes that the audit has such a line now.
    pub(crate) fn began_to_watch(&self, id: &str, who: &str) {
        self.0.watchers.note(id, who, self.0.timer.monotonic());
    }

    /// Returns lines of a run's journal from line `from` on. Empty where there are none yet.
    pub(crate) async fn lines(&self, id: &str, from: u64) -> Result<Vec<Lines>, StoreError> {
        let active = self.0.active(id);
        let feed = active.as_ref().map(|active| &*active.feed);
        next_lines(feed, &self.0.store, id, from).await
    }

    /// Returns the number of the last line of a run that this process works on, which changes.
    pub(crate) fn last_line(&self, id: &str) -> Option<watch::Receiver<u64>> {
        Some(self.0.active(id)?.feed.last())
    }

    /// Returns why the store cannot be used, where that is so, in words for everybody.
    pub(crate) fn problem(&self) -> Option<String> {
        let reason = self.0.problem()?;
        Some(format!("{reason}: runs wait until it can"))
    }

    /// Stops what is under way here and gives it to others, or to the next process.
    pub(crate) async fn hand_over(&self) {
        let shared = &self.0;
        shared.close();
        if !shared.tasks.finished(PATIENCE).await {
            shared.give_up.notify_waiters();
            shared.tasks.finished(PATIENCE).await;
        }
    }
}

impl fmt::Debug for Runs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Runs").finish_non_exhaustive()
    }
}
