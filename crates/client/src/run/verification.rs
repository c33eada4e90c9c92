//! Reading again what was sent.

use std::time::Duration;

use countermand_core_model::CommandId;

use super::{context::Context, job::Job, rows::RowStage, send};
use crate::{
    cancel::{ReadFailure, Target, oldest, refusal, was_meant},
    error_chain,
    journal::Entry,
    reading::{self, Readings},
};

/// While it only watches, a run notices within this time that it is to stop.
const NOTICED_WITHIN: Duration = Duration::from_secs(1);

/// Reads these targets again when that is due, and tells the queue.
pub(super) async fn verify(context: &Context, job: &mut Job, numbers: &[usize], due: Duration) {
    // What came back is on disk before there is time to lose it.
    context.keep().await;
    wait(context, job, due).await;
    let (began, mut readings) = {
        let _place = context.limits.read().await;
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

/// Waits until the reading is due. Who only watches ends it when the run is to stop.
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

async fn readings(context: &Context, job: &mut Job, numbers: &[usize]) -> Readings {
    let open: Vec<&Target> = numbers
        .iter()
        .filter_map(|number| job.queue.find(*number))
        .collect();
    let ids: Vec<CommandId> = open.iter().map(|target| target.id().clone()).collect();
    let oldest = oldest(&open);
    let Some(device) = open.first().map(|target| target.device().clone()) else {
        return Readings::new();
    };
    let Some(call) = &job.call else {
        return reading::read(
            &context.calls.reader,
            &device,
            &ids,
            oldest,
            &mut job.list_cost,
        )
        .await;
    };
    // What came after the plan looked is newer than what it saw, so that this shows both.
    let Ok(items) = context.calls.reader.list_back_to(&device, oldest).await else {
        return reading::read(
            &context.calls.reader,
            &device,
            &ids,
            oldest,
            &mut job.list_cost,
        )
        .await;
    };
    let meant: Vec<_> = items
        .iter()
        .filter(|command| was_meant(command, call.newest_seen))
        .cloned()
        .collect();
    if let Some(with) = job.last_target() {
        send::take_in_unplanned(context, &mut job.queue, &meant, with, 1);
    }
    let wanted: Vec<CommandId> = job
        .queue
        .targets()
        .iter()
        .map(|target| target.id().clone())
        .collect();
    let mut readings = Readings::new();
    reading::pick(items, &wanted, &mut readings);
    let missing: Vec<_> = ids
        .into_iter()
        .filter(|id| !readings.contains_key(id))
        .collect();
    readings.extend(
        reading::read(
            &context.calls.reader,
            &device,
            &missing,
            oldest,
            &mut job.list_cost,
        )
        .await,
    );
    readings
}
