//! Reads what is to be sent just before it is.

use std::{pin::pin, time::Duration};

use countermand_core_model::{CommandId, Timestamp};
use futures_util::future::{Either, select};

use super::{context::Context, entries, job::Job};
use crate::{
    cancel::{Target, before_cancel, oldest},
    reading,
};

/// How recent a reading has to be to need no other before the cancel.
const FRESH: Duration = Duration::from_secs(10);

pub(super) fn is_fresh(read_at: Timestamp, now: Timestamp) -> bool {
    // After a clock was set back, the age is not known.
    let age = now.as_millis().checked_sub(read_at.as_millis());
    let age = age.and_then(|age| u64::try_from(age).ok());
    age.is_some_and(|age| Duration::from_millis(age) <= FRESH)
}

/// How often a failing reading is tried, because a target that is never read is left to a resumed run.
const READ_ATTEMPTS: u32 = 3;

/// Reads the targets that are to be sent, since they may have changed since the plan was made. A recent list counts
/// as a reading.
pub(super) async fn check(context: &Context, job: &mut Job) {
    let now = context.timer.now();
    let (fresh, mut unseen): (Vec<usize>, Vec<usize>) = std::mem::take(&mut job.unseen)
        .into_iter()
        .partition(|number| {
            let listed = job.queue.find(*number).and_then(|target| target.listed);
            matches!(listed, Some((_, Some(at))) if is_fresh(at, now))
        });
    for number in fresh {
        job.queue.seen(number, |target| {
            let before = target.listed.map(|(state, _)| state);
            target.was_seen(before, before.and_then(before_cancel));
            context.recorder.note(|| entries::seen(target));
        });
    }
    let mut wait = context.schedule.first_wait;
    for look in 1..=READ_ATTEMPTS {
        // What was not read when the run stops is not sent.
        if unseen.is_empty() || context.stop_reason().is_some() {
            return;
        }
        unseen = see(context, job, &unseen, look == READ_ATTEMPTS).await;
        if unseen.is_empty() {
            return;
        }
        context.state.stop.handle.sleep(&context.timer, wait).await;
        wait *= 2;
    }
}

/// Reads these targets. Returns those that are worth another try, unless this is the last.
async fn see(context: &Context, job: &mut Job, numbers: &[usize], is_last: bool) -> Vec<usize> {
    let mut again = Vec::new();
    let unseen: Vec<&Target> = numbers
        .iter()
        .filter_map(|number| job.queue.find(*number))
        .collect();
    let Some(device) = unseen.first().map(|target| target.device().clone()) else {
        return again;
    };
    let ids: Vec<CommandId> = unseen.iter().map(|target| target.id().clone()).collect();
    let oldest = oldest(&unseen);
    let mut readings = {
        let reading = pin!(async {
            let _place = context.limits.checking.acquire().await;
            reading::read(
                &context.calls.checker,
                &device,
                &ids,
                oldest,
                &mut job.list_cost,
            )
            .await
        });
        // No cancel depends on it yet, so a stop ends it at once.
        match select(reading, pin!(context.state.stop.handle.stopped())).await {
            Either::Left((readings, _)) => readings,
            Either::Right(_) => return again,
        }
    };
    for (number, id) in numbers.iter().zip(&ids) {
        let Some(reading) = readings.remove(id) else {
            continue;
        };
        if let Err(error) = &reading {
            context.note_reading(error);
            if !is_last && reading::may_succeed_later(error) {
                again.push(*number);
                continue;
            }
        }
        job.queue.seen(*number, |target| {
            target.see(
                reading
                    .as_ref()
                    .map(|command| command.state)
                    .map_err(|error| &**error),
            );
            context.recorder.note(|| entries::seen(target));
        });
    }
    again
}
