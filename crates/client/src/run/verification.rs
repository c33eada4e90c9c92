//! Reads targets after their cancels.

use std::time::Duration;

use countermand_core_model::{Command, CommandId, Timestamp};

use super::{context::Context, job::Job, send, snapshot::RowStage};
use crate::{
    cancel::{ReadFailure, Target, is_covered_by_call, oldest, refusal},
    error_chain,
    journal::Entry,
    reading::{self, Readings},
};

/// How soon a run that only watches notices that it is to stop.
const NOTICED_WITHIN: Duration = Duration::from_secs(1);

/// Reads these targets when that is due, and tells the queue.
pub(super) async fn verify(context: &Context, job: &mut Job, numbers: &[usize], due: Duration) {
    // Responses are durable before there is time to lose them.
    context.persist().await;
    wait(context, job, due).await;
    let (began, mut readings) = {
        let _place = context.limits.reading.acquire().await;
        (context.monotonic(), readings(context, job, numbers).await)
    };
    let was_watching = job.queue.is_watching();
    let news = job.queue.read(
        |target| match readings.remove(target.id()) {
            Some(Ok(command)) => Ok(command.state),
            Some(Err(error)) => {
                context.note_reading(&error);
                Err(ReadFailure {
                    why: error_chain(&*error),
                    is_final: refusal(&error).is_some() || error.refuses_connection(),
                })
            }
            None => Err(ReadFailure {
                why: "the vendor's list did not show it".to_owned(),
                is_final: false,
            }),
        },
        began,
        context.monotonic(),
    );
    for (target, state) in news {
        context.recorder.note(|| Entry::Read { target, state });
    }
    if job.queue.is_watching() && !was_watching {
        context.mark_all(job.queue.targets(), RowStage::Watching);
    }
}

/// Waits until the reading is due. A stop ends watching.
async fn wait(context: &Context, job: &mut Job, mut due: Duration) {
    loop {
        let now = context.monotonic();
        if job.queue.is_watching() && context.is_asked_to_stop() {
            job.queue.end_watch(now);
            due = now;
        }
        if now >= due {
            return;
        }
        let left = due - now;
        let slice = if job.queue.is_watching() {
            left.min(NOTICED_WITHIN)
        } else {
            left
        };
        context.timer.sleep(slice).await;
    }
}

/// Reads the targets of these numbers. Where one call cancelled everything, it also reads what the call cancelled
/// beyond the plan.
async fn readings(context: &Context, job: &mut Job, numbers: &[usize]) -> Readings {
    let open: Vec<&Target> = numbers
        .iter()
        .filter_map(|number| job.queue.find(*number))
        .collect();
    let mut missing: Vec<CommandId> = open.iter().map(|target| target.id().clone()).collect();
    let oldest = oldest(&open);
    let Some(device) = open.first().map(|target| target.device().clone()) else {
        return Readings::new();
    };
    let reader = &context.calls.reader;
    let mut readings = Readings::new();
    // A list shows both the planned commands and those added later.
    if let Some(newest_seen) = job.call.as_ref().map(|call| call.newest_seen)
        && let Ok(items) = reader.list_back_to(&device, oldest).await
    {
        readings = listed_readings(context, job, items, newest_seen);
        missing.retain(|id| !readings.contains_key(id));
    }
    readings.extend(reading::read(reader, &device, &missing, oldest, &mut job.list_cost).await);
    readings
}

/// Returns the readings of the job's targets in a list, and adds the targets that the one call cancelled beyond the
/// plan.
fn listed_readings(
    context: &Context,
    job: &mut Job,
    items: Vec<Command>,
    newest_seen: Option<Timestamp>,
) -> Readings {
    let meant: Vec<Command> = items
        .iter()
        .filter(|command| is_covered_by_call(command, newest_seen))
        .cloned()
        .collect();
    if let Some(with) = job.last_target() {
        send::add_unplanned(context, &mut job.queue, &meant, with, 1);
    }
    let targets = job.queue.targets().iter();
    let wanted: Vec<CommandId> = targets.map(|target| target.id().clone()).collect();
    let mut readings = Readings::new();
    reading::pick(items, &wanted, &mut readings);
    readings
}
