//! Driving a lane: one step after the other until nothing is left.

use async_lock::SemaphoreGuardArc;
use countermand_core_model::{DeviceRef, KindSeverity, Timestamp};

use super::{context::Context, everything, look, read, send};
use crate::{
    decision::{Lane, Step},
    reading::ListCost,
};

/// A lane with what it takes to drive it.
pub(super) struct Job {
    pub(super) lane: Lane,
    /// Where everything that waits on the device is meant.
    pub(super) whole: Option<Whole>,
    /// What reading by the device's list took, so that the cheaper way is taken.
    pub(super) list_cost: ListCost,
    /// The numbers of those that are read before their cancel: what is known of them is of an earlier time.
    pub(super) unseen: Vec<usize>,
    /// How grave it is if the gravest of its commands runs.
    pub(super) severity: KindSeverity,
}

/// Everything that waits on a device.
pub(super) struct Whole {
    pub(super) device: DeviceRef,
    /// Commands given after this moment were not seen by the plan.
    pub(super) newest_seen: Option<Timestamp>,
    /// The numbers of the targets that are meant, as runs of one number after the other: the first, and how many.
    pub(super) ranges: Vec<(usize, usize)>,
}

impl Job {
    pub(super) fn new(lane: Lane, whole: Option<Whole>) -> Self {
        Self {
            lane,
            whole,
            list_cost: ListCost::default(),
            unseen: Vec::new(),
            severity: KindSeverity::default(),
        }
    }
}

/// Does what the lane says until nothing is left. `place` is given up as soon as nothing is to be sent.
pub(super) async fn drive(context: &Context<'_>, mut job: Job, place: SemaphoreGuardArc) {
    let mut place = Some(place);
    look::look(context, &mut job).await;
    loop {
        let watched = job.lane.is_watching();
        for target in job.lane.take_settled() {
            context.settle(target, watched);
        }
        if let Some(reason) = context.stop_reason() {
            job.lane.hold_back(&reason);
            // Its rows come first.
            for target in job.lane.take_settled() {
                context.settle(target, watched);
            }
        }
        job.lane.hold_until(context.paused_until());
        match job.lane.next(context.monotonic()) {
            Step::SendEverything => everything::send(context, &mut job).await,
            Step::Send(numbers) => send::send(context, &mut job.lane, numbers).await,
            Step::Read(numbers, due) => {
                place = None;
                read::read(context, &mut job, &numbers, due).await;
            }
            Step::Wait(until) => context.wait_until(until).await,
            Step::Done => break,
        }
    }
    drop(place);
    context.keep().await;
}
