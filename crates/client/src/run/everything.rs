//! Everything that waits on an EnOS device: one call, and then the truth about each.

use countermand_core_model::{DeviceRef, Timestamp};
use countermand_transport::{ApiError, ApiErrorKind};

use super::{
    lane::send_each,
    ledger::{Context, Rows, Target},
    verify::{self, Round},
};

/// Cancels everything that waits on `device`, and settles what was seen waiting and what turns out beyond it.
pub(super) async fn run(
    context: &Context<'_>,
    device: DeviceRef,
    mut waiting: Vec<Target>,
    newest_seen: Option<Timestamp>,
    rows: &mut Rows,
) {
    let position = waiting.last().map_or(0, Target::position);
    let place = match context.may_send().await {
        Ok(place) => place,
        Err(reason) => {
            for mut target in waiting {
                target.held_back(&reason);
                context.settle(rows, target);
            }
            return;
        }
    };
    for target in &mut waiting {
        context.tell_sending(target);
        target.trial.sending();
    }
    let answer = context.vendor.cancel_everything(&device).await;
    drop(place);
    match answer {
        Ok(answer) => {
            context.note_success();
            for target in &mut waiting {
                target.accepted(answer.attempts, answer.value.word.request_id.clone());
            }
            for command in &answer.value.commands {
                if context.is_beyond_plan(&command.device, &command.id) {
                    let trial = waiting
                        .first()
                        .map(|target| target.trial.clone())
                        .unwrap_or_default();
                    waiting.push(Target::beyond_plan(
                        position,
                        command,
                        trial,
                        answer.attempts,
                    ));
                }
            }
        }
        Err(error) if wants_an_id(&error) => {
            // Newer installations want a command's id: one by one then, newest first as they were listed.
            for target in &mut waiting {
                // Should the run be stopped before its own cancel, this refusal is what became of it.
                target.failed(&error, context.monotonic());
                target.report.outcome = target.trial.without_reading();
            }
            let sent = send_each(context, waiting, rows).await;
            verify::settle_all(context, Round::Named, sent, rows).await;
            return;
        }
        Err(error) => {
            context.note_failure(&error);
            for target in &mut waiting {
                target.failed(&error, context.monotonic());
                target.report.outcome = target.trial.without_reading();
            }
        }
    }
    let (open, unsent): (Vec<_>, Vec<_>) = waiting
        .into_iter()
        .partition(|target| target.trial.needs_reading());
    for target in unsent {
        context.settle(rows, target);
    }
    for target in &open {
        context.tell_verifying(target);
    }
    verify::settle_all(
        context,
        Round::Device {
            device,
            newest_seen,
            position,
        },
        open,
        rows,
    )
    .await;
}

/// The vendor refuses the call itself rather than the device: some installations demand a command's id.
fn wants_an_id(error: &ApiError) -> bool {
    error.kind() == ApiErrorKind::Rejected
}
