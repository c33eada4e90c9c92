//! A run: does what `decision` says, lane by lane, and gives each target exactly one outcome.

mod context;
mod denials;
mod drive;
mod everything;
mod gaps;
mod lanes;
mod listed;
mod listing;
mod look;
mod pauses;
mod queue;
mod read;
pub(crate) mod record;
mod resume;
mod send;
mod target_set;

use std::{cmp::Reverse, future::pending, pin::pin, time::Duration};

use countermand_core_model::{CancelReport, DeviceRef};
use countermand_transport::ApiError;
use futures_util::{
    StreamExt,
    future::{Either, select},
    stream::FuturesUnordered,
};

use crate::{LeftOut, Plan, StopReason};
use context::Context;
pub(crate) use context::Stand;
use drive::{Job, drive};
use gaps::Gaps;
use listing::Unlisted;
use queue::Queue;
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
    /// How many devices the run listed itself.
    pub listed: usize,
    /// Devices of which could not be listed what waits.
    pub problems: Vec<(DeviceRef, ApiError)>,
    /// Devices that were not asked about, because the run stopped, or nobody answered for those before them.
    pub not_asked: Vec<DeviceRef>,
    /// Devices whose list may not have been whole.
    pub incomplete: Vec<DeviceRef>,
    /// Devices with commands that are left out, because their state is unknown, and how many.
    pub unclear: Vec<(DeviceRef, usize)>,
    /// What waits on the devices that the run listed, and its filter leaves out.
    pub left_out: LeftOut,
    /// How many rows and devices are not final: whoever resumes the run from its journal goes on with them.
    pub left_open: usize,
}

impl RunResult {
    /// Did any cancel leave, or may it have?
    pub fn any_sent(&self) -> bool {
        self.reports.iter().any(|report| report.attempts > 0)
    }
}

pub(crate) async fn run(stand: Stand<'_>, mut plan: Plan) -> RunResult {
    let provider = stand.shared.org.provider();
    let journal = stand.journal;
    let asked_at = stand.shared.timer.now();
    let names = plan.targets().map(|target| (target.device(), target.id()));
    let context = Context::new(stand, plan.targets().count(), names);
    if let Some(journal) = journal
        && record::plan(journal, &plan, asked_at).await.is_err()
    {
        context.journal_failed();
    }
    context.list_ended(
        |gaps| {
            gaps.problems = std::mem::take(&mut plan.problems);
            gaps.not_asked = std::mem::take(&mut plan.not_asked);
            gaps.incomplete = std::mem::take(&mut plan.incomplete);
            gaps.unclear = std::mem::take(&mut plan.unclear);
            gaps.left_out = std::mem::take(&mut plan.left_out);
        },
        false,
    );
    let unlisted = lanes::unlisted(&mut plan);
    conduct(&context, lanes::of(provider, plan, context.pace), unlisted).await;
    finish(context).await
}

/// Drives the lanes. As many as may send do; those that only read again do so beside them.
async fn conduct(
    context: &Context<'_>,
    jobs: impl Iterator<Item = Job>,
    mut unlisted: Vec<Unlisted>,
) {
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
    for device in &unlisted {
        context.may_mean(device.device());
    }
    unlisted.sort_by_key(|device| Reverse(device.severity()));
    let mut queue = Queue::of(&unlisted);
    let mut lists = pin!(listing::list_each(context, unlisted));
    while !queue.is_over() {
        context.list_ahead(!queue.is_far_ahead());
        let (is_listing, next) = (queue.is_listing(), queue.next());
        let awaits_graver = next.is_some_and(|next| queue.awaits_graver_than(next));
        let is_less_grave = severity.is_some_and(|before| next.is_some_and(|next| before > next));
        let was_patient = is_patient;
        let is_held = was_patient && (awaits_graver || is_less_grave);
        let list = async {
            match is_listing {
                true => lists.next().await,
                false => pending().await,
            }
        };
        let place = async {
            if next.is_none() {
                pending::<()>().await;
            }
            let mut stays_patient = was_patient;
            if is_held {
                let sent = pin!(async {
                    if awaits_graver {
                        pending::<()>().await;
                    }
                    context.nothing_to_send().await;
                });
                let patience = context.timer.sleep(PATIENCE_FOR_GRAVER);
                stays_patient = matches!(select(sent, patience).await, Either::Left(_));
            }
            (context.lane().await, stays_patient)
        };
        match beside(&mut running, select(pin!(list), pin!(place))).await {
            Either::Left((Some((listed, jobs)), _)) => queue.listed(listed, jobs),
            Either::Left((None, _)) => queue.all_listed(),
            Either::Right(((place, patient), _)) => {
                is_patient = patient;
                if let Some(job) = queue.take_next() {
                    severity = Some(job.severity);
                    running.push(drive(context, job, place));
                }
            }
        }
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
    let Gaps {
        listed,
        problems,
        not_asked,
        incomplete,
        unclear,
        left_out,
    } = context.take_gaps();
    RunResult {
        stopped: context.stopped(),
        left_open: context.left_open(),
        listed,
        problems,
        not_asked,
        incomplete,
        unclear,
        left_out,
        reports: context.into_rows(),
    }
}
