//! Reading again what was sent.

use std::time::Duration;

use countermand_core_model::{CommandId, Timestamp};

use super::{context::Context, drive::Job, everything, send};
use crate::{
    RunEvent,
    decision::{self, Target, Unread, refusal},
    in_words,
    journal::Entry,
    reading::{self, Readings},
};

/// While it only watches, a run notices within this time that it is to stop.
const NOTICED_WITHIN: Duration = Duration::from_secs(1);

/// Reads these targets again when that is due, and tells the lane.
pub(super) async fn read(context: &Context<'_>, job: &mut Job, numbers: &[usize], due: Duration) {
    // What came back is on disk before there is time to lose it.
    context.keep().await;
    wait(context, job, due).await;
    let (began, mut readings) = {
        let _place = context.may_read().await;
        (context.monotonic(), readings(context, job, numbers).await)
    };
    let was_watching = job.lane.is_watching();
    let news = job.lane.read(
        |target| match readings.remove(target.id()) {
            Some(Ok(command)) => Ok(command.state),
            Some(Err(error)) => {
                context.note_reading(&error);
                Err(Unread {
                    why: in_words(&*error),
                    is_final: refusal(&error).is_some() || error.refuses_connection(),
                })
            }
            None => Err(Unread {
                why: "the vendor's list did not show it".to_owned(),
                is_final: false,
            }),
        },
        began,
        context.monotonic(),
    );
    for (target, state) in news {
        context.note(|| Entry::Read { target, state });
    }
    if job.lane.is_watching() && !was_watching {
        for target in job.lane.targets() {
            context.tell(RunEvent::Watching {
                device: target.device().clone(),
                id: target.id().clone(),
            });
        }
    }
}

/// Waits until the reading is due. Who only watches ends it when the run is to stop.
async fn wait(context: &Context<'_>, job: &mut Job, mut due: Duration) {
    loop {
        let now = context.monotonic();
        if job.lane.is_watching() && context.is_asked_to_stop() {
            job.lane.end_watch(now);
            due = now;
        }
        if now >= due {
            return;
        }
        let left = due - now;
        let slice = if job.lane.is_watching() {
            left.min(NOTICED_WITHIN)
        } else {
            left
        };
        context.timer.sleep(slice).await;
    }
}

async fn readings(context: &Context<'_>, job: &mut Job, numbers: &[usize]) -> Readings {
    let open: Vec<&Target> = numbers
        .iter()
        .filter_map(|number| job.lane.find(*number))
        .collect();
    let ids: Vec<CommandId> = open.iter().map(|target| target.id().clone()).collect();
    let oldest = oldest(&open);
    let Some(device) = open.first().map(|target| target.device().clone()) else {
        return Readings::new();
    };
    let Some(whole) = &job.whole else {
        return reading::read(&context.reader, &device, &ids, oldest, &mut job.list_cost).await;
    };
    // What came after the plan looked is newer than what it saw, so that this shows both.
    let Ok(items) = context.reader.list_back_to(&device, oldest).await else {
        return reading::read(&context.reader, &device, &ids, oldest, &mut job.list_cost).await;
    };
    let meant: Vec<_> = items
        .iter()
        .filter(|command| decision::was_meant(command, whole.newest_seen))
        .cloned()
        .collect();
    if let Some(with) = everything::with(job) {
        send::take_in_beyond(context, &mut job.lane, &meant, with, 1);
    }
    let wanted: Vec<CommandId> = job
        .lane
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
            &context.reader,
            &device,
            &missing,
            oldest,
            &mut job.list_cost,
        )
        .await,
    );
    readings
}

/// When the oldest of them was given; none where one of them does not tell.
pub(super) fn oldest(targets: &[&Target]) -> Option<Timestamp> {
    let times: Option<Vec<Timestamp>> = targets.iter().map(|target| target.created_at).collect();
    times?.into_iter().min()
}
