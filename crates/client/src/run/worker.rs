//! Works through a device queue.

use async_lock::SemaphoreGuardArc;

use super::{cancel_all, context::Context, job::Job, precheck, send, verification};
use crate::cancel::Step;

/// Does the steps of the queue until it is done. `place` is released as soon as nothing is left to send.
pub(super) async fn work(context: &Context, mut job: Job, place: SemaphoreGuardArc) {
    let mut place = Some(place);
    precheck::check(context, &mut job).await;
    loop {
        let watched = job.queue.is_watching();
        for target in job.queue.take_settled() {
            context.settle(target, watched);
        }
        if let Some(reason) = context.stop_reason() {
            job.queue.hold_back(&reason);
            // Its rows come first.
            for target in job.queue.take_settled() {
                context.settle(target, watched);
            }
        }
        job.queue.hold_until(context.paused_until());
        match job.queue.next(context.monotonic()) {
            Step::CancelAll => cancel_all::send(context, &mut job).await,
            Step::Send(numbers) => send::send(context, &mut job.queue, numbers).await,
            Step::Read(numbers, due) => {
                place = None;
                verification::verify(context, &mut job, &numbers, due).await;
            }
            Step::Wait(until) => context.wait_until(until).await,
            Step::Done => break,
        }
    }
    drop(place);
    context.persist().await;
}
