//! EnOS's one call that cancels everything pending on a device.

use async_lock::SemaphoreGuard;

use super::{
    context::{Context, HeldBack},
    entries,
    job::{CancelAllCall, Job},
    send,
    snapshot::RowStage,
};
use crate::{cancel::CancelResponse, journal::Entry};

/// Sends the one call for everything, unless the run is stopped.
pub(super) async fn send(context: &Context, job: &mut Job) {
    let Some(call) = &job.call else {
        return;
    };
    // The queue asks for it again.
    let Ok(place) = intend(context, call).await else {
        return;
    };
    context.mark_all(job.queue.targets(), RowStage::Sending);
    let result = context.calls.sender.cancel_all(&call.device).await;
    context.note_result(&call.device, &result);
    drop(place);
    let response = CancelResponse::of(&result);
    for (first, count) in &call.ranges {
        context.recorder.note(|| Entry::AnsweredEverything {
            device: call.device.clone(),
            first: *first,
            count: *count,
            answer: entries::answer(&response),
        });
    }
    job.queue
        .take_cancel_all_response(&response, context.monotonic());
    context.mark_all(job.queue.targets(), RowStage::Verifying);
    if let (Ok(answer), Some(with)) = (result, job.last_target()) {
        send::add_unplanned(
            context,
            &mut job.queue,
            &answer.value.commands,
            with,
            answer.attempts,
        );
    }
}

async fn intend<'c>(
    context: &'c Context,
    call: &CancelAllCall,
) -> Result<SemaphoreGuard<'c>, HeldBack> {
    let place = context.may_send().await?;
    for (first, count) in &call.ranges {
        context.recorder.note(|| Entry::SendingEverything {
            device: call.device.clone(),
            first: *first,
            count: *count,
        });
    }
    context.commit().await?;
    Ok(place)
}
