//! Going on with a run that was broken off.

use std::{cmp::Reverse, collections::HashMap};

use countermand_core_model::DeviceRef;

use super::{
    RunResult, conduct,
    context::{Context, Stand},
    drive::{Job, Whole},
    finish, lanes,
    listing::Unlisted,
};
use crate::{
    decision::{Lane, Target},
    journal::{Entry, MeantWhole, Unfinished},
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
    // Of a device that is still to be listed nothing was sent.
    let unlisted = unfinished.to_list.into_iter().map(|(device, left)| {
        let known = place.get(&device).and_then(|at| devices.get_mut(*at));
        let known = known.map(std::mem::take).unwrap_or_default();
        Unlisted::left(device, left, known)
    });
    let unlisted: Vec<Unlisted> = unlisted.collect();
    devices.retain(|targets| !targets.is_empty());
    devices.sort_by_key(|targets| Reverse(lanes::gravest(targets)));
    let order = lanes::order(provider);
    let jobs = devices.into_iter().map(|targets| {
        let severity = lanes::gravest(&targets);
        let whole = targets
            .first()
            .and_then(|target| meant.remove(target.device()));
        let whole = whole.map(|whole| Whole {
            device: whole.device,
            newest_seen: whole.newest_seen,
            ranges: vec![(whole.first, whole.count)],
        });
        let untried = targets.iter().filter(|target| target.is_untried());
        let unseen = untried.map(|target| target.number).collect();
        let lane = Lane::resumed(order, context.pace, targets, context.monotonic());
        Job {
            unseen,
            severity,
            ..Job::new(lane, whole)
        }
    });
    conduct(&context, jobs, unlisted).await;
    finish(context).await
}
