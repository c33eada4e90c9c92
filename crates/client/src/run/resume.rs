//! Going on with a run that was broken off.

use std::collections::HashMap;

use countermand_core_model::{CommandId, DeviceRef};

use super::{
    RunResult, conduct,
    context::{Context, Stand},
    drive::{Job, Whole},
    finish, lanes, read, record,
};
use crate::{
    decision::{Lane, Target},
    journal::{Entry, MeantWhole, Unfinished},
    reading,
};

/// Reads again what may have been sent, sends the rest, and gives each target its one outcome.
pub(crate) async fn resume(stand: Stand<'_>, unfinished: Unfinished) -> RunResult {
    if unfinished.is_finished() {
        // Nothing is left to do, and nothing may stand behind a seal.
        return RunResult {
            reports: unfinished.reports(),
            ..RunResult::default()
        };
    }
    let provider = unfinished.provider();
    let mut targets = unfinished.targets;
    let names = targets
        .iter()
        .map(|replayed| (replayed.target.device(), replayed.target.id()));
    let context = Context::new(stand, targets.len(), names);
    context.note(|| Entry::Resumed {
        countermand: env!("CARGO_PKG_VERSION").to_owned(),
    });
    let mut meant: HashMap<DeviceRef, MeantWhole> = unfinished
        .everything
        .into_iter()
        .filter(|whole| whole.was_called)
        .map(|whole| (whole.device.clone(), whole))
        .collect();
    let mut devices: Vec<Vec<Target>> = Vec::new();
    let mut place: HashMap<DeviceRef, usize> = HashMap::new();
    for replayed in targets.drain(..) {
        if replayed.is_settled {
            context.was_settled(replayed.target);
            continue;
        }
        let device = replayed.target.device().clone();
        let at = *place.entry(device).or_insert_with(|| {
            devices.push(Vec::new());
            devices.len() - 1
        });
        if let Some(lane) = devices.get_mut(at) {
            lane.push(replayed.target);
        }
    }
    let order = lanes::order(provider);
    let jobs = devices.into_iter().map(|targets| {
        let whole = targets
            .first()
            .and_then(|target| meant.remove(target.device()));
        let lane = Lane::resumed(order, context.pace, targets, context.monotonic());
        Job {
            whole: whole.map(|whole| Whole {
                device: whole.device,
                newest_seen: whole.newest_seen,
                first: whole.first,
                count: whole.count,
            }),
            is_resumed: true,
            ..Job::new(lane)
        }
    });
    conduct(&context, jobs).await;
    finish(context).await
}

/// A reading may fail by itself, while the next is answered: one that is never read is left for whoever
/// resumes, and that is one command more that goes out.
const LOOKS: u32 = 3;

/// What was not sent yet may have moved on since the plan was made: it is seen first.
pub(super) async fn see_first(context: &Context<'_>, job: &mut Job) {
    let untried = |target: &&Target| target.is_untried();
    let untried = job.lane.targets().iter().filter(untried);
    let mut unseen: Vec<usize> = untried.map(|target| target.number).collect();
    let mut wait = context.pace.first_wait;
    for look in 1..=LOOKS {
        let is_last = look == LOOKS || context.is_asked_to_stop() || context.stopped().is_some();
        unseen = see(context, job, &unseen, is_last).await;
        if unseen.is_empty() {
            return;
        }
        context.stop.sleep(context.timer, wait).await;
        wait *= 2;
    }
}

/// Reads these, and gives back those that are worth another look; none of them where this is the last.
async fn see(context: &Context<'_>, job: &mut Job, numbers: &[usize], is_last: bool) -> Vec<usize> {
    let mut again = Vec::new();
    let unseen: Vec<&Target> = numbers
        .iter()
        .filter_map(|number| job.lane.find(*number))
        .collect();
    let Some(device) = unseen.first().map(|target| target.device().clone()) else {
        return again;
    };
    let ids: Vec<CommandId> = unseen.iter().map(|target| target.id().clone()).collect();
    let oldest = read::oldest(&unseen);
    let mut readings = {
        let _place = context.may_read().await;
        reading::read(&context.looker, &device, &ids, oldest, &mut job.list_cost).await
    };
    for (number, id) in numbers.iter().zip(&ids) {
        let Some(reading) = readings.remove(id) else {
            continue;
        };
        if let Err(error) = &reading {
            context.note_reading(error);
            if !is_last && reading::is_worth_another_look(error) {
                again.push(*number);
                continue;
            }
        }
        job.lane.seen(*number, |target| {
            target.see(
                reading
                    .as_ref()
                    .map(|command| command.state)
                    .map_err(|error| &**error),
            );
            context.note(|| record::seen(target));
        });
    }
    again
}
