//! Works on one run, from its claim to its end or its handing over.

use std::{
    sync::{Arc, OnceLock},
    time::Duration,
};

use countermand_client::{
    Journal, JournalErrorKind, RunHandle, RunResult, RunWatch, SavedPlan, StopReason, Sweep,
};
use countermand_store::{Appended, ApprovalStage, Lease, RunRecord, RunState, StoreError};

use super::{
    journal::StoredJournal,
    order::OrderOptions,
    progress,
    read_again::{UnreadJournal, replayed},
    shared::{Active, RunConnection, Shared},
    telling,
};
use crate::{approvals::ReadError, audit::Entry, sweep_terms::in_words};

/// How long a run is left alone that could not be worked on.
const PAUSE: Duration = Duration::from_secs(5);

/// Why the work on a run ended.
enum Ended {
    /// It finished, or stopped for this reason, and the store is to know.
    Over(RunState, Option<StopReason>),
    /// It goes on elsewhere, or here once more.
    HandedOver,
    /// Another instance has it.
    Lost,
}

/// Why a run cannot be worked on now.
#[derive(Debug, thiserror::Error)]
pub(super) enum Hindrance {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("its journal cannot be written")]
    Journal(#[from] countermand_client::JournalError),
    #[error("its journal cannot be read")]
    Replay(#[from] UnreadJournal),
    #[error("its plan is broken")]
    Broken(#[from] countermand_client::ChainError),
    #[error("its plan is missing")]
    NoPlan,
    #[error("it cannot be read for whoever approves it")]
    Unread(#[from] ReadError),
    #[error("the audit cannot be written")]
    Audit,
    #[error("the run was lost to another server")]
    Lost,
}

/// A run with what belongs to it.
pub(super) struct Work<'a> {
    pub(super) shared: &'a Arc<Shared>,
    pub(super) connection: &'a RunConnection,
    pub(super) lease: &'a Lease,
    pub(super) active: &'a Active,
    pub(super) record: RunRecord,
    watch: Arc<OnceLock<RunWatch>>,
}

/// Works on a run that this process has claimed.
pub(super) async fn work(shared: Arc<Shared>, name: String, lease: Lease, active: Active) {
    let worked = match shared.connections.get(&name) {
        Some(connection) => drive(&shared, &name, connection, &lease, &active).await,
        None => Ok(()),
    };
    if let Err(hindrance) = worked {
        tracing::error!(
            target: "countermand_server::runs",
            run = lease.run,
            error = &hindrance as &dyn std::error::Error,
            "a run cannot be worked on now"
        );
        // Others may be able to, or this one later.
        tokio::select! {
            () = tokio::time::sleep(PAUSE) => {}
            () = shared.give_up.notified() => {}
        }
        let released = shared.store.release(&lease).await;
        shared.note(&released);
    }
    shared.end(&lease.run);
    shared.news.notify_one();
}

async fn drive(
    shared: &Arc<Shared>,
    name: &str,
    connection: &RunConnection,
    lease: &Lease,
    active: &Active,
) -> Result<(), Hindrance> {
    let Some(record) = shared.store.run(name, &lease.run).await? else {
        return Err(Hindrance::NoPlan);
    };
    let stage = record.approval.as_ref().map(|approval| approval.stage);
    if record.stop_by.is_some() && stage != Some(ApprovalStage::Reading) {
        active.stop.stop();
    }
    let work = Work {
        shared,
        connection,
        lease,
        active,
        record,
        watch: Arc::default(),
    };
    match stage {
        Some(ApprovalStage::Reading) => return work.read_for_approval().await,
        Some(stage) if !stage.is_granted() => return Err(Hindrance::Lost),
        _ => {}
    }
    let (run, journal, sweep) = work.prepare().await?;
    let entry = work.begun(sweep.as_ref());
    // Nothing leaves that the audit does not know of.
    shared
        .audit
        .write(&entry)
        .await
        .map_err(|_| Hindrance::Audit)?;
    let result = tokio::select! {
        result = run.drive() => Some(result),
        () = shared.give_up.notified() => None,
    };
    // What was answered is in the journal, also where the rest was broken off.
    let flushed = journal.flush().await;
    let is_lost = matches!(&flushed, Err(error) if error.kind() == JournalErrorKind::InUse);
    let ended = match result {
        _ if is_lost => Ended::Lost,
        _ if flushed.is_err() => Ended::HandedOver,
        Some(result) => work.outcome(&result),
        None => Ended::HandedOver,
    };
    work.conclude(ended).await
}

impl Work<'_> {
    /// Returns the run, as far as its journal has it, with what it looks for if it is a sweep.
    async fn prepare(&self) -> Result<(RunHandle, Journal, Option<Sweep>), Hindrance> {
        let (unfinished, end) = match replayed(&self.shared.store, &self.lease.run).await? {
            Some((unfinished, end)) if unfinished.is_planned() => (unfinished, end),
            Some(_) => {
                // Its plan was not complete, so nothing was sent.
                match self.shared.store.clear_journal(self.lease).await? {
                    Appended::Done => return self.begin().await,
                    Appended::Lost => return Err(Hindrance::Lost),
                }
            }
            None => return self.begin().await,
        };
        let client = &self.connection.client;
        let sweep = unfinished.sweep().cloned();
        let stored = self.stored(end.lines, sweep.is_some());
        let journal = Journal::go_on(stored, client.timer(), end);
        let builder = client.resume(unfinished, &journal);
        Ok((self.start(builder), journal, sweep))
    }

    async fn begin(&self) -> Result<(RunHandle, Journal, Option<Sweep>), Hindrance> {
        let store = &self.shared.store;
        let bytes = match self.record.approval {
            // What was approved, and nothing else.
            Some(_) => store.read_plan(&self.lease.run).await?,
            None => store.plan(&self.lease.run).await?,
        };
        let plan = SavedPlan::read(bytes.ok_or(Hindrance::NoPlan)?.as_slice())?;
        let client = &self.connection.client;
        let mut header = client.header();
        header.run.clone_from(&self.lease.run);
        let sweep = plan.sweep.clone();
        let stored = self.stored(0, sweep.is_some());
        let journal = Journal::create(stored, client.timer(), header).await?;
        let builder = client.run(plan.into_plan(self.record.at)).journal(&journal);
        Ok((self.start(builder), journal, sweep))
    }

    fn start(&self, builder: countermand_client::RunBuilder) -> RunHandle {
        let run = builder
            .options(OrderOptions::read(&self.record.options))
            .severity_rules(self.connection.severity_rules.clone())
            .stop_handle(&self.active.stop)
            .start();
        let _ = self.watch.set(run.watch());
        run
    }

    fn stored(&self, lines: u64, is_sweep: bool) -> StoredJournal {
        StoredJournal::new(
            Arc::clone(self.shared),
            self.lease.clone(),
            Arc::clone(&self.active.feed),
            lines,
            Arc::clone(&self.watch),
            is_sweep,
        )
    }

    fn begun(&self, sweep: Option<&Sweep>) -> Entry {
        let record = &self.record;
        Entry::RunBegun {
            run: record.id.clone(),
            who: record.by.clone(),
            connection: record.connection.clone(),
            plan: record.plan_sha256.clone(),
            sweep: sweep.map(|sweep| in_words(sweep).to_string()),
            reason: record.reason.clone(),
            ticket: record.ticket.clone(),
            approved_by: record
                .approval
                .as_ref()
                .filter(|approval| approval.stage == ApprovalStage::Approved)
                .and_then(|approval| approval.decided_by.clone()),
            rule: record.rule.clone(),
            lines: record.lines,
        }
    }

    fn outcome(&self, result: &RunResult) -> Ended {
        let is_finished = result.stopped.is_none() && result.left_open == 0;
        match is_finished {
            true => Ended::Over(RunState::Finished, None),
            // Asked by this process's end, and by nobody else.
            false if self.shared.is_closing() => Ended::HandedOver,
            false => Ended::Over(RunState::Stopped, result.stopped.clone()),
        }
    }

    /// Has the store and the audit know how the work ended.
    async fn conclude(&self, ended: Ended) -> Result<(), Hindrance> {
        let store = &self.shared.store;
        let counted = self.watch.get().map(RunWatch::progress).unwrap_or_default();
        let (is_ours, word) = match ended {
            Ended::Over(state, why) => {
                let is_sweep = progress::is_of_sweep(&self.record.progress);
                let words = progress::words(self.watch.get(), is_sweep);
                let now = self.shared.timer.now();
                let word = match state {
                    RunState::Finished => "finished",
                    RunState::Running | RunState::Stopped => "stopped",
                };
                let is_asked = self.active.stop.is_stopped();
                let why = why.as_ref().map_or("left_open", StopReason::as_str);
                let by_itself = Some(why).filter(|_| !is_asked);
                let notices = &self.shared.notices;
                let told = telling::notices(notices, &self.record, state, by_itself, &counted, now);
                let ended = store.end_run(self.lease, state, &words, now, &told);
                let is_ours = ended.await?;
                notices.added();
                (is_ours, word)
            }
            Ended::HandedOver => (store.release(self.lease).await?, "handed_over"),
            Ended::Lost => (false, "lost"),
        };
        let entry = Entry::RunEnded {
            run: self.lease.run.clone(),
            state: if is_ours { word } else { "lost" }.to_owned(),
            outcomes: progress::outcomes(&counted),
        };
        // It is over, whether or not that can be written now.
        if self.shared.audit.write(&entry).await.is_ok() {
            // One that is not signed now is signed within the hour.
            let _ = self.shared.audit.checkpoint().await;
        }
        Ok(())
    }
}
