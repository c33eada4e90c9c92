//! A run: does what `decision` says, lane by lane, and gives each target exactly one outcome.

mod context;
mod denials;
mod drive;
mod everything;
mod lanes;
mod read;
pub(crate) mod record;
mod resume;
mod send;

use countermand_core_model::{CancelReport, DeviceRef};
use countermand_transport::ApiError;
use futures_util::{StreamExt, future::Either, stream::FuturesUnordered};

use crate::{Plan, StopReason};
use context::Context;
pub(crate) use context::Stand;
use drive::{Job, drive};
pub(crate) use resume::resume;

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
    let mut jobs = jobs.fuse();
    let mut running = FuturesUnordered::new();
    let mut next = jobs.next();
    while let Some(job) = next.take() {
        let mut place = std::pin::pin!(context.lane());
        let place = loop {
            if running.is_empty() {
                break place.await;
            }
            match futures_util::future::select(place.as_mut(), running.next()).await {
                Either::Left((place, _)) => break place,
                Either::Right(_) => {}
            }
        };
        running.push(drive(context, job, place));
        next = jobs.next();
    }
    while running.next().await.is_some() {}
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
