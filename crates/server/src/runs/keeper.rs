//! Keeps this process known as one that lives, notices others that died, and claims the runs that nobody has.

use std::{
    collections::HashMap,
    sync::Arc,
    time::{Duration, Instant},
};

use countermand_store::{Instance, InstanceId, RunChange, StoreError};

use super::{shared::Shared, worker};
use crate::audit::Entry;

/// How often runs are looked through.
const TICK: Duration = Duration::from_secs(1);

/// How often this process says that it lives.
const BEAT: Duration = Duration::from_secs(3);

/// How often what nobody decided about is ended.
const EXPIRES: Duration = Duration::from_secs(30);

/// How long an instance may be silent. With a beat and a tick it is at most 15 s from its death to the takeover.
const LONGEST_SILENCE: Duration = Duration::from_secs(10);

/// The name in the list of instances.
const PROGRAM: &str = concat!("countermand ", env!("CARGO_PKG_VERSION"));

/// Adds this process to the instances of the store.
pub(super) async fn register(
    store: &countermand_store::Store,
    now: countermand_core_model::Timestamp,
) -> Result<InstanceId, StoreError> {
    store.register(PROGRAM, now).await
}

/// What this process has seen of the others.
#[derive(Default)]
struct Others {
    /// The last beat of each, and since when it has not changed.
    seen: HashMap<InstanceId, (i64, Instant)>,
    /// When the others were looked at last. Silence counts only while they could be heard.
    looked_at: Option<Instant>,
}

/// What was done of the store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum StoreUse {
    /// It was read.
    Read,
    /// It was written, too.
    Written,
}

/// Keeps on until the process ends.
pub(super) async fn keep(shared: Arc<Shared>) {
    let mut others = Others::default();
    let mut beaten_at: Option<Instant> = None;
    let mut expired_at: Option<Instant> = None;
    let has_approvals = shared
        .connections
        .values()
        .any(|one| one.approval.is_some());
    while !shared.is_closing() {
        if has_approvals && expired_at.is_none_or(|at| at.elapsed() >= EXPIRES) {
            expired_at = Some(Instant::now());
            // Whoever decides looks at the time again.
            let _ = shared.expire_approvals().await;
        }
        let kept = tick(&shared, &mut others, &mut beaten_at).await;
        // That it can be read says nothing of whether it can be written.
        if !matches!(kept, Ok(StoreUse::Read)) {
            shared.note(&kept);
        }
        tokio::select! {
            () = tokio::time::sleep(TICK) => {}
            () = shared.news.notified() => {}
        }
    }
}

async fn tick(
    shared: &Arc<Shared>,
    others: &mut Others,
    beaten_at: &mut Option<Instant>,
) -> Result<StoreUse, StoreError> {
    let store = &shared.store;
    // Where a file has one user, nobody listens; but where it could not be written, this tells when it can be again.
    let beats = !store.is_exclusive() || shared.problem().is_some();
    let is_due = beats && beaten_at.is_none_or(|at| at.elapsed() >= BEAT);
    if is_due {
        let began = Instant::now();
        if !store.beat(&shared.instance()).await? {
            // It was silent for so long that the others have its runs. What is under way here is refused.
            let again = register(store, shared.timer.now()).await?;
            tracing::warn!(target: "countermand_server::runs", "this server was silent for too long, and begins anew");
            *crate::lock::lock(&shared.instance) = again;
        }
        *beaten_at = Some(began);
    }
    if !store.is_exclusive() {
        for dead in others.silent(&shared.instance(), store.instances().await?) {
            if store.remove_instance(&dead).await? {
                tracing::warn!(target: "countermand_server::runs", instance = %dead.id, "another server is gone: its runs are taken over");
                let lost = dead.id.to_string();
                // It is durable with the next line, at the latest at the audit's next look at itself.
                shared.audit.queue(&Entry::ServerLost { lost });
            }
        }
    }
    for run in store.running().await? {
        look_at(shared, run).await?;
    }
    Ok(match is_due {
        true => StoreUse::Written,
        false => StoreUse::Read,
    })
}

async fn look_at(shared: &Arc<Shared>, run: RunChange) -> Result<(), StoreError> {
    if !shared.connections.contains_key(&run.connection) {
        return Ok(());
    }
    if let Some(active) = shared.active(&run.id) {
        if run.stop_by.is_some() && !run.is_reading {
            active.stop.stop();
        }
        return Ok(());
    }
    let own = shared.instance();
    // What is this process's, and nobody works on, was broken off: it is taken anew.
    let is_others = run.owner.is_some_and(|owner| owner != own);
    if is_others || shared.is_closing() {
        return Ok(());
    }
    let Some(lease) = shared.store.claim(&run.id, &own).await? else {
        return Ok(());
    };
    let lines = shared.store.run(&run.connection, &run.id).await?;
    let lines = lines.map_or(0, |run| run.lines);
    if let Some(active) = shared.begin(&run.id, lines) {
        let working = worker::work(Arc::clone(shared), run.connection, lease, active);
        // It goes on by itself; the end of the process waits for it.
        drop(shared.tasks.run(working));
    }
    Ok(())
}

impl Others {
    /// Returns those that have been silent for too long.
    fn silent(&mut self, own: &InstanceId, now: Vec<Instance>) -> Vec<Instance> {
        let moment = Instant::now();
        // After a time in which nobody could be heard, all begin anew.
        let could_hear = self
            .looked_at
            .is_some_and(|at| moment.duration_since(at) < LONGEST_SILENCE / 2);
        if !could_hear {
            self.seen.clear();
        }
        self.looked_at = Some(moment);
        self.seen
            .retain(|id, _| now.iter().any(|instance| instance.id == *id));
        let mut silent = Vec::new();
        for instance in now {
            if instance.id == *own {
                continue;
            }
            let seen = self.seen.entry(instance.id.clone());
            let (beat, since) = seen.or_insert((instance.beat, moment));
            if *beat != instance.beat {
                (*beat, *since) = (instance.beat, moment);
            } else if moment.duration_since(*since) >= LONGEST_SILENCE {
                silent.push(instance);
            }
        }
        silent
    }
}
