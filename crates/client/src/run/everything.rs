//! Everything that waits on an EnOS device: one call.

use super::{
    context::{Context, HeldBack},
    drive::{Job, Whole},
    record, send,
};
use crate::{RunEvent, decision::Came, journal::Entry};

/// Sends the one call for everything, unless the run is stopped.
pub(super) async fn send(context: &Context<'_>, job: &mut Job) {
    let Some(whole) = &job.whole else {
        return;
    };
    // Held back, it is still to be sent: the lane is asked again.
    let Ok(place) = intend(context, whole).await else {
        return;
    };
    tell(context, job, |device, id| RunEvent::Sending { device, id });
    let result = context.sender.cancel_all(&whole.device).await;
    context.note_result(&whole.device, &result);
    drop(place);
    let came = Came::of(&result);
    for (first, count) in &whole.ranges {
        context.note(|| record::answered_everything(&whole.device, *first, *count, &came));
    }
    job.lane.call_came(&came, context.monotonic());
    tell(context, job, |device, id| RunEvent::Verifying {
        device,
        id,
    });
    if let (Ok(answer), Some(with)) = (result, with(job)) {
        send::take_in_beyond(
            context,
            &mut job.lane,
            &answer.value.commands,
            with,
            answer.attempts,
        );
    }
}

/// The target with which one beyond the plan was cancelled: the last, so that its row follows the device's.
pub(super) fn with(job: &Job) -> Option<usize> {
    let targets = job.lane.targets().iter();
    targets.map(|target| target.number).max()
}

async fn intend<'c>(
    context: &'c Context<'_>,
    whole: &Whole,
) -> Result<async_lock::SemaphoreGuard<'c>, HeldBack> {
    let place = context.may_send().await?;
    for (first, count) in &whole.ranges {
        context.note(|| Entry::SendingEverything {
            device: whole.device.clone(),
            first: *first,
            count: *count,
        });
    }
    context.commit().await?;
    Ok(place)
}

fn tell(
    context: &Context<'_>,
    job: &Job,
    event: impl Fn(countermand_core_model::DeviceRef, countermand_core_model::CommandId) -> RunEvent,
) {
    if context.is_told() {
        for target in job.lane.targets() {
            context.tell(event(target.device().clone(), target.id().clone()));
        }
    }
}
