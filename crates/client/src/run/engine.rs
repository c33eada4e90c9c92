//! Drives a run: as many device queues as may send, and beside them those that only read.

use std::{
    cmp::Reverse,
    future::{pending, ready},
    pin::pin,
    time::Duration,
};

use countermand_core_model::{KindSeverity, Provider};
use futures_util::{
    StreamExt,
    future::{Either, select},
    stream::FuturesUnordered,
};

use super::{
    backlog::{Backlog, Next},
    context::Context,
    job::Job,
    layout::Layout,
    listing, queues,
    resumed::Rest,
    snapshot::RunResult,
    sweeping::{self, devices::SweepWork},
    unlisted::Unlisted,
    worker,
};
use crate::{StopReason, journal::Entry};

/// How long less severe commands wait for more severe ones, once in a run.
const PATIENCE_FOR_SEVERE: Duration = Duration::from_secs(1);

/// Cancels the targets of a plan.
pub(super) async fn run(mut context: Context, provider: Provider, mut layout: Layout) -> RunResult {
    context.began = context.monotonic();
    let asked_at = layout.asked_at.unwrap_or_else(|| context.timer.now());
    let rows = &context.state.rows;
    let recorded = layout.record(&context.recorder, rows, asked_at).await;
    if recorded.is_err() {
        context.stop_for(StopReason::JournalFailed);
    }
    context.gaps(|gaps| *gaps = std::mem::take(&mut layout.gaps));
    let unlisted = layout.take_unlisted(rows);
    let jobs = queues::planned(provider, &mut layout, rows, context.schedule);
    let sweep = layout.sweep.map(SweepWork::new);
    conduct(&context, jobs, unlisted, sweep).await;
    finish(&context).await
}

/// Reads what may have been sent, sends the rest, and gives each target its outcome.
pub(super) async fn resume(mut context: Context, mut rest: Rest) -> RunResult {
    context.began = context.monotonic();
    context.recorder.note(|| Entry::Resumed {
        countermand: env!("CARGO_PKG_VERSION").to_owned(),
    });
    let sweep = rest.take_sweep();
    let unlisted = std::mem::take(&mut rest.unlisted);
    let jobs = rest.into_jobs(context.schedule, context.monotonic());
    conduct(&context, jobs, unlisted, sweep).await;
    finish(&context).await
}

/// Seals the journal if everything is settled.
async fn finish(context: &Context) -> RunResult {
    context.seal().await;
    RunResult {
        stopped: context.state.stop.reason(),
        left_open: context.left_open(),
        gaps: context.gaps(std::mem::take),
        reports: Vec::new(),
    }
}

/// Works through the queues and the devices to list.
async fn conduct(
    context: &Context,
    jobs: impl Iterator<Item = Job>,
    mut unlisted: Vec<Unlisted>,
    sweep: Option<SweepWork>,
) {
    let mut running = FuturesUnordered::new();
    let mut severe_first = SevereFirst::default();
    unlisted.sort_by_key(|device| Reverse(device.severity()));
    let mut devices: Vec<_> = unlisted
        .iter()
        .map(|device| device.device.clone())
        .collect();
    let mut backlog = Backlog::new(jobs, &unlisted, sweep.is_some());
    let mut lists = pin!(match sweep {
        Some(sweep) => Either::Left(sweeping::sweep(context, sweep)),
        None => Either::Right(listing::list_each(context, unlisted)),
    });
    while let Some(next) = backlog.next() {
        if next.is_listing {
            devices
                .drain(..)
                .for_each(|device| context.failures.plan(&device));
        }
        context.limits.list_ahead(!backlog.is_far_ahead());
        let list = async {
            match next.is_listing {
                true => lists.next().await,
                false => pending().await,
            }
        };
        let turns = severe_first;
        let turn = async move {
            let is_patient = turns.wait(context, next).await;
            (context.limits.queues.acquire_arc().await, is_patient)
        };
        match beside(&mut running, select(pin!(list), pin!(turn))).await {
            Either::Left((Some((severity, jobs)), _)) => backlog.add(severity, jobs),
            Either::Left((None, _)) => backlog.all_listed(),
            Either::Right(((place, is_patient), _)) => {
                if let Some(job) = backlog.take_next() {
                    severe_first = SevereFirst {
                        last: Some(job.severity),
                        is_impatient: !is_patient,
                    };
                    running.push(worker::work(context, job, place));
                }
            }
        }
    }
    while running.next().await.is_some() {}
}

/// Sends more severe commands first, without waiting long for a slow provider.
#[derive(Clone, Copy, Debug, Default)]
struct SevereFirst {
    /// The severity of the latest queue.
    last: Option<KindSeverity>,
    /// Waiting for something more severe was in vain.
    is_impatient: bool,
}

impl SevereFirst {
    /// Waits until the next queue may be started. Returns whether to wait for more severe commands another time.
    async fn wait(self, context: &Context, next: Next) -> bool {
        let Some(severity) = next.severity else {
            return pending().await;
        };
        let is_less_grave = self.last.is_some_and(|last| last > severity);
        if self.is_impatient || !(next.awaits_more_severe || is_less_grave) {
            return !self.is_impatient;
        }
        let more_severe_sent = pin!(async {
            match next.awaits_more_severe {
                true => pending().await,
                false => ready(()).await,
            }
            context.limits.nothing_to_send().await;
        });
        let patience = context.timer.sleep(PATIENCE_FOR_SEVERE);
        matches!(select(more_severe_sent, patience).await, Either::Left(_))
    }
}

/// Waits for `what` while the queues run.
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
