//! A run: does what `decision` says, lane by lane, and gives each target exactly one outcome.

mod context;
mod denials;
mod drive;
mod everything;
mod lanes;
mod look;
mod read;
pub(crate) mod record;
mod resume;
mod send;
mod target_set;

use std::{pin::pin, time::Duration};

use countermand_core_model::{CancelReport, DeviceRef};
use countermand_transport::ApiError;
use futures_util::{
    StreamExt,
    future::{Either, select},
    stream::FuturesUnordered,
};

use crate::{Plan, StopReason};
use context::Context;
pub(crate) use context::Stand;
use drive::{Job, drive};
pub(crate) use resume::resume;

/// So long what is less grave waits until what is graver has been sent, once in a run.
const PATIENCE_FOR_GRAVER: Duration = Duration::from_secs(1);

/// What became of everything in a plan.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct RunResult {
    /// One row per target, in the order of the plan; rows beyond the plan follow their device's.
    pub reports: Vec<CancelReport>,
    /// Why the run stopped before all was sent, where it did.
    pub stopped: Option<StopReason>,
    /// Devices of which could not be listed what waits.
    pub problems: Vec<(DeviceRef, ApiError)>,
    /// Devices whose list may not have been whole.
    pub incomplete: Vec<DeviceRef>,
}

impl RunResult {
    /// Did any cancel leave, or may it have?
    pub fn any_sent(&self) -> bool {
        self.reports.iter().any(|report| report.attempts > 0)
    }
}

pub(crate) async fn run(stand: Stand<'_>, mut plan: Plan) -> RunResult {
    let provider = stand.shared.vendor.provider();
    let journal = stand.journal;
    let names = plan.targets().map(|target| (target.device(), target.id()));
    let context = Context::new(stand, plan.targets().count(), names);
    if let Some(journal) = journal
        && record::plan(journal, &plan).await.is_err()
    {
        context.journal_failed();
    }
    let problems = std::mem::take(&mut plan.problems);
    let incomplete = std::mem::take(&mut plan.incomplete);
    conduct(&context, lanes::of(provider, plan, context.pace)).await;
    RunResult {
        problems,
        incomplete,
        ..finish(context).await
    }
}

/// Drives the lanes. As many as may send do; those that only read again do so beside them.
async fn conduct(context: &Context<'_>, jobs: impl Iterator<Item = Job>) {
    let mut running = FuturesUnordered::new();
    let mut severity = None;
    let mut is_patient = true;
    for job in jobs {
        if is_patient && severity.is_some_and(|before| before > job.severity) {
            // What is graver goes out before, but nothing waits for long for a vendor that is slow to answer.
            let sent = pin!(context.nothing_to_send());
            let patience = context.timer.sleep(PATIENCE_FOR_GRAVER);
            let waited = beside(&mut running, select(sent, patience)).await;
            is_patient = matches!(waited, Either::Left(_));
        }
        severity = Some(job.severity);
        let place = beside(&mut running, pin!(context.lane())).await;
        running.push(drive(context, job, place));
    }
    while running.next().await.is_some() {}
}

/// Waits for `what` while the lanes go on.
async fn beside<T>(
    running: &mut FuturesUnordered<impl Future<Output = ()>>,
    mut what: impl Future<Output = T> + Unpin,
) -> T {
    loop {
        if running.is_empty() {
            return what.await;
        }
        match select(&mut what, running.next()).await {
            Either::Left((done, _)) => return done,
            Either::Right(_) => {}
        }
    }
}

/// Seals the journal where everything is settled, and gathers the rows.
async fn finish(context: Context<'_>) -> RunResult {
    if context.is_finished() {
        let progress = context.progress();
        context.note(|| record::seal(&progress));
    }
    context.keep().await;
    RunResult {
        stopped: context.stopped(),
        reports: context.into_rows(),
        ..RunResult::default()
    }
}
