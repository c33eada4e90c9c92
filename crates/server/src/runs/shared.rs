//! What the parts of the room share.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
};

use countermand_client::{Client, StopHandle};
use countermand_core_model::SeverityRules;
use countermand_relay_api::ApprovalRule;
use countermand_store::{InstanceId, Store, StoreError};
use countermand_transport::SharedTimer;
use tokio::sync::Notify;

use super::{feed::Feed, watchers::Watchers};
use crate::{
    approvals::{LONGEST, WAITS},
    audit::Audit,
    lock::lock,
    notices::Notices,
    tasks::Tasks,
};

/// A connection whose runs are driven here.
#[derive(Debug)]
pub(crate) struct RunConnection {
    pub(crate) client: Client,
    pub(crate) severity_rules: SeverityRules,
    /// Which of its runs a second person has to approve.
    pub(crate) approval: Option<ApprovalRule>,
}

/// A run that this process works on.
#[derive(Clone, Debug)]
pub(super) struct Active {
    pub(super) stop: StopHandle,
    pub(super) feed: Arc<Feed>,
}

pub(super) struct Shared {
    pub(super) store: Store,
    pub(super) audit: Audit,
    pub(super) notices: Notices,
    pub(super) timer: SharedTimer,
    pub(super) connections: BTreeMap<String, RunConnection>,
    /// Who this process is in the store.
    pub(super) instance: Mutex<InstanceId>,
    active: Mutex<HashMap<String, Active>>,
    /// Woken where runs are to be looked through.
    pub(super) news: Notify,
    /// The process ends: runs are handed over.
    is_closing: AtomicBool,
    /// The process ends at once: nothing is waited for.
    pub(super) give_up: Notify,
    pub(super) watchers: Watchers,
    /// Held while a sweep is started.
    pub(super) sweep_turn: tokio::sync::Mutex<()>,
    /// Why the store cannot be used, as far as is known.
    problem: Mutex<Option<String>>,
    /// The workers.
    pub(super) tasks: Tasks,
}

impl Shared {
    pub(super) fn new(
        store: Store,
        audit: Audit,
        notices: Notices,
        timer: SharedTimer,
        connections: BTreeMap<String, RunConnection>,
        instance: InstanceId,
    ) -> Self {
        Self {
            store,
            audit,
            notices,
            timer,
            connections,
            instance: Mutex::new(instance),
            active: Mutex::default(),
            news: Notify::new(),
            is_closing: AtomicBool::new(false),
            give_up: Notify::new(),
            watchers: Watchers::default(),
            sweep_turn: tokio::sync::Mutex::default(),
            problem: Mutex::default(),
            tasks: Tasks::new(),
        }
    }

    /// Returns who this process is in the store.
    pub(super) fn instance(&self) -> InstanceId {
        lock(&self.instance).clone()
    }

    /// Takes a run among those that this process works on. Returns `None` where it is one already.
    pub(super) fn begin(&self, run: &str, lines: u64) -> Option<Active> {
        let mut active = lock(&self.active);
        if active.contains_key(run) {
            return None;
        }
        let new = Active {
            stop: StopHandle::new(),
            feed: Arc::new(Feed::behind(lines)),
        };
        active.insert(run.to_owned(), new.clone());
        Some(new)
    }

    pub(super) fn end(&self, run: &str) {
        lock(&self.active).remove(run);
    }

    /// Returns a run that this process works on.
    pub(super) fn active(&self, run: &str) -> Option<Active> {
        lock(&self.active).get(run).cloned()
    }

    /// Stops every run that this process works on, to hand it over.
    pub(super) fn close(&self) {
        self.is_closing.store(true, Ordering::Release);
        for active in lock(&self.active).values() {
            active.stop.stop();
        }
    }

    pub(super) fn is_closing(&self) -> bool {
        self.is_closing.load(Ordering::Acquire)
    }

    /// Ends what nobody decided about in time, and what was not begun in time.
    pub(super) async fn expire_approvals(&self) -> Result<(), StoreError> {
        let now = self.timer.now();
        let expired = self.store.expire_approvals(now, WAITS, LONGEST).await;
        self.note(&expired);
        expired.map(drop)
    }

    /// Takes note of whether the store can be used.
    pub(super) fn note<T>(&self, result: &Result<T, StoreError>) {
        let now = result.as_ref().err().map(ToString::to_string);
        let mut problem = lock(&self.problem);
        if *problem == now {
            return;
        }
        match (&now, result) {
            (Some(_), Err(error)) => tracing::error!(
                target: "countermand_server::runs",
                error = error as &dyn std::error::Error,
                "the store cannot be used: runs wait"
            ),
            _ => tracing::info!(target: "countermand_server::runs", "the store can be used again"),
        }
        *problem = now;
    }

    /// Returns why the store cannot be used, as far as is known.
    pub(super) fn problem(&self) -> Option<String> {
        lock(&self.problem).clone()
    }
}
