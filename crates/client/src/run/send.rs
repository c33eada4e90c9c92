//! Sending cancels for commands that are named.

use countermand_core_model::{CancelAnswer, Command, CommandId, DeviceRef};
use countermand_transport::{Answer, ApiError};
use futures_util::{StreamExt, stream::FuturesUnordered};

use super::{
    context::{Context, HeldBack},
    record,
};
use crate::{
    RunEvent,
    decision::{Beyond, Came, Lane},
    journal::Entry,
};

/// Sends a cancel for each of these targets, as far as the run is not stopped.
pub(super) async fn send(context: &Context<'_>, lane: &mut Lane, numbers: Vec<usize>) {
    let mut sending: FuturesUnordered<_> = numbers
        .into_iter()
        .filter_map(|number| {
            let target = lane.find(number)?;
            let (device, id) = (target.device().clone(), target.id().clone());
            Some(async move {
                let sent = send_one(context, number, &device, &id).await;
                (number, sent)
            })
        })
        .collect();
    while let Some((number, sent)) = sending.next().await {
        // What was held back is still to be sent: the lane is asked again.
        if let Ok(result) = sent {
            take_in(context, lane, number, result);
        }
    }
}

/// Sends one cancel, unless nothing may be sent now.
async fn send_one(
    context: &Context<'_>,
    number: usize,
    device: &DeviceRef,
    id: &CommandId,
) -> Result<Result<Answer<CancelAnswer>, ApiError>, HeldBack> {
    let _place = context.may_send().await?;
    context.intend(|| Entry::Sending { target: number }).await?;
    if context.is_told() {
        context.tell(RunEvent::Sending {
            device: device.clone(),
            id: id.clone(),
        });
    }
    let result = context.sender.cancel(device, id).await;
    // While it still has its place: whoever gets that next knows.
    context.note_result(device, &result);
    Ok(result)
}

fn take_in(
    context: &Context<'_>,
    lane: &mut Lane,
    number: usize,
    result: Result<Answer<CancelAnswer>, ApiError>,
) {
    let came = Came::of(&result);
    context.note(|| record::answered(number, &came));
    lane.came(number, &came, context.monotonic());
    if let Some(target) = lane.find(number)
        && context.is_told()
        && target.was_tried()
    {
        context.tell(RunEvent::Verifying {
            device: target.device().clone(),
            id: target.id().clone(),
        });
    }
    if let Ok(answer) = result {
        take_in_beyond(context, lane, &answer.value.commands, number, 1);
    }
}

/// Makes a target of each of these commands that is none yet: it was cancelled together with `with`.
pub(super) fn take_in_beyond(
    context: &Context<'_>,
    lane: &mut Lane,
    commands: &[Command],
    with: usize,
    attempts: u32,
) {
    for command in commands {
        let Some(number) = context.beyond_plan(&command.id) else {
            continue;
        };
        lane.beyond(&Beyond {
            number,
            command,
            with,
            attempts,
        });
        if let Some(target) = lane.find(number) {
            context.note(|| record::beyond(target, with));
        }
    }
}
