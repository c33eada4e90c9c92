//! What hangs together is one lane: the targets of a device.

use std::{cmp::Reverse, collections::HashMap};

use countermand_core_model::{CancelOrder, DeviceRef, KindSeverity, Provider};

use super::{
    drive::{Job, Whole},
    listing::Unlisted,
};
use crate::{
    Plan, Planned,
    decision::{Lane, Order, Pace, Target},
    plan::Everything,
};

/// On EnOS the commands of a device are a queue: cancelling its head sends the next one out, so they are
/// cancelled newest first. On Applivery each command stands for itself.
pub(super) fn order(provider: Provider) -> Order {
    match provider.descriptor().cancel_order {
        CancelOrder::AtOnce => Order::AtOnce,
        CancelOrder::NewestFirst => Order::NewestFirst,
    }
}

/// The lanes of a plan, those with the gravest commands first; made one by one as they are asked for: a plan may
/// have very many.
pub(super) fn of(provider: Provider, plan: Plan, pace: Pace) -> impl Iterator<Item = Job> {
    let order = order(provider);
    let has_cancel_all = provider.descriptor().has_cancel_all;
    let mut commands: Vec<(usize, Planned)> = plan.commands.into_iter().enumerate().collect();
    let mut first = commands.len();
    let mut whole = Vec::new();
    for everything in plan.everything {
        let numbers = first..;
        first += everything.waiting.len();
        // One call cancels all; where nothing waited there is nothing to call for.
        if has_cancel_all && !everything.waiting.is_empty() {
            whole.push((numbers.start, everything));
        } else {
            commands.extend(numbers.zip(everything.waiting));
        }
    }
    let mut queues = queues(provider, commands);
    queues.sort_by_key(|queue| Reverse(gravest_of(queue.iter().map(|(_, planned)| planned))));
    whole.sort_by_key(|(_, everything)| Reverse(gravest_of(&everything.waiting)));
    let single = queues.into_iter().map(move |queue| {
        let targets = queue
            .iter()
            .map(|(number, planned)| Target::new(*number, planned));
        let targets: Vec<Target> = targets.collect();
        let unseen = targets.iter().filter(|target| target.listed.is_some());
        Job {
            unseen: unseen.map(|target| target.number).collect(),
            severity: gravest(&targets),
            ..Job::new(Lane::new(order, pace, false, targets), None)
        }
    });
    let whole = whole.into_iter().map(move |(first, everything)| {
        let Everything {
            target,
            waiting,
            newest_seen,
        } = everything;
        let targets = (first..).zip(&waiting);
        let targets = targets.map(|(number, planned)| Target::new(number, planned));
        let targets: Vec<Target> = targets.collect();
        let whole = Whole {
            device: target.device().clone(),
            newest_seen,
            ranges: vec![(first, waiting.len())],
        };
        Job {
            severity: gravest(&targets),
            ..Job::new(Lane::new(order, pace, true, targets), Some(whole))
        }
    });
    single.chain(whole)
}

/// The devices of a plan that the run is to list.
pub(super) fn unlisted(plan: &mut Plan) -> Vec<Unlisted> {
    let devices = std::mem::take(&mut plan.unlisted);
    let mut first = plan.targets().count();
    let mut unlisted = Vec::with_capacity(devices.len());
    for (index, device) in devices.into_iter().enumerate() {
        let known = device.known.len();
        unlisted.push(Unlisted::planned(device, first, index + 1));
        first += known;
    }
    unlisted
}

/// How grave it is if the gravest of these runs.
pub(super) fn gravest(targets: &[Target]) -> KindSeverity {
    let severities = targets.iter().map(|target| target.severity);
    severities.max().unwrap_or_default()
}

fn gravest_of<'p>(planned: impl IntoIterator<Item = &'p Planned>) -> KindSeverity {
    let severities = planned
        .into_iter()
        .map(|planned| KindSeverity::of(planned.kind()));
    severities.max().unwrap_or_default()
}

/// What hangs together, with its numbers: on EnOS the commands of a device, on Applivery of those only what is
/// equally grave, so that a lock here does not go before a wipe there.
fn queues(provider: Provider, commands: Vec<(usize, Planned)>) -> Vec<Vec<(usize, Planned)>> {
    let mut queues: Vec<Vec<(usize, Planned)>> = Vec::new();
    let mut place: HashMap<(DeviceRef, Option<KindSeverity>), usize> = HashMap::new();
    let queued = provider.descriptor().has_device_queue();
    for (number, planned) in commands {
        let severity = (!queued).then(|| KindSeverity::of(planned.kind()));
        let at = *place
            .entry((planned.device().clone(), severity))
            .or_insert_with(|| {
                queues.push(Vec::new());
                queues.len() - 1
            });
        if let Some(queue) = queues.get_mut(at) {
            queue.push((number, planned));
        }
    }
    queues
}
