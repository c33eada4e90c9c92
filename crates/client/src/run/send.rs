//! Sends cancels of single commands.

use countermand_core_model::{CancelAnswer, Command, CommandId, DeviceRef};
use countermand_transport::{Answer, ApiError};
use futures_util::{StreamExt, stream::FuturesUnordered};

use super::{
    context::{Context, HeldBack},
    entries,
    snapshot::RowStage,
};
use crate::{
    cancel::{CancelResponse, DeviceQueue, UnplannedTarget},
    journal::Entry,
};

/// Sends a cancel for each of these targets, until the run is stopped.
pub(super) async fn send(context: &Context, queue: &mut DeviceQueue, numbers: Vec<usize>) {
    let mut sending: FuturesUnordered<_> = numbers
        .into_iter()
        .filter_map(|number| {
            let target = queue.find(number)?;
            let (device, id) = (target.device().clone(), target.id().clone());
            Some(async move {
                let sent = send_one(context, number, &device, &id).await;
                (number, sent)
            })
        })
        .collect();
    while let Some((number, sent)) = sending.next().await {
        // The queue asks again for what was held back.
        if let Ok(result) = sent {
            take_in(context, queue, number, result);
        }
    }
}

/// Sends one cancel, unless nothing may be sent now.
async fn send_one(
    context: &Context,
    number: usize,
    device: &DeviceRef,
    id: &CommandId,
) -> Result<Result<Answer<CancelAnswer>, ApiError>, HeldBack> {
    let _place = context.may_send().await?;
    context
        .record_intent(|| Entry::Sending { target: number })
        .await?;
    context.mark(number, device, id, RowStage::Sending);
    let result = context.calls.sender.cancel(device, id).await;
    // The next to get its place knows of it.
    context.note_result(device, &result);
    Ok(result)
}

fn take_in(
    context: &Context,
    queue: &mut DeviceQueue,
    number: usize,
    result: Result<Answer<CancelAnswer>, ApiError>,
) {
    let response = CancelResponse::of(&result);
    context.recorder.note(|| Entry::Answered {
        target: number,
        answer: entries::answer(&response),
    });
    queue.take_response(number, &response, context.monotonic());
    if let Some(target) = queue.find(number)
        && target.was_tried()
    {
        context.mark(number, target.device(), target.id(), RowStage::Verifying);
    }
    if let Ok(answer) = result {
        add_unplanned(context, queue, &answer.value.commands, number, 1);
    }
}

/// Adds those of these commands that are no targets yet, as cancelled together with `with`.
pub(super) fn add_unplanned(
    context: &Context,
    queue: &mut DeviceQueue,
    commands: &[Command],
    with: usize,
    attempts: u32,
) {
    for command in commands {
        let rows = &context.state.rows;
        let place = rows.place(with);
        let Some(number) = rows.add(command, place, RowStage::Verifying) else {
            continue;
        };
        queue.add(&UnplannedTarget {
            number,
            command,
            with,
            attempts,
        });
        if let Some(target) = queue.find(number) {
            context.recorder.note(|| entries::unplanned(target, with));
        }
    }
}
