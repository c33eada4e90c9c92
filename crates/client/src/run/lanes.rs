//! What hangs together is one lane: the targets of a device.

use std::collections::HashMap;

use countermand_core_model::{DeviceRef, Provider};

use super::drive::{Job, Whole};
use crate::{
    Plan, Planned,
    decision::{Lane, Order, Pace, Target},
    plan::Everything,
};

/// On EnOS the commands of a device are a queue: cancelling its head sends the next one out, so they are
/// cancelled newest first. On Applivery each command stands for itself.
pub(super) fn order(provider: Provider) -> Order {
    match provider {
        Provider::Applivery => Order::AtOnce,
        Provider::Enos => Order::NewestFirst,
    }
}

/// The lanes of a plan, made one by one as they are asked for: a plan may have very many.
pub(super) fn of(provider: Provider, plan: Plan, pace: Pace) -> impl Iterator<Item = Job> {
    let order = order(provider);
    let from = plan.commands.len();
    let single = by_device(plan.commands).into_iter().map(move |planned| {
        let targets = planned
            .iter()
            .map(|(number, planned)| Target::new(*number, planned))
            .collect();
        Job::new(Lane::new(order, pace, false, targets))
    });
    let mut first = from;
    let whole = plan.everything.into_iter().map(move |everything| {
        let Everything {
            target,
            waiting,
            newest_seen,
        } = everything;
        let targets: Vec<Target> = waiting
            .iter()
            .enumerate()
            .map(|(place, planned)| Target::new(first + place, planned))
            .collect();
        let whole = Whole {
            device: target.device().clone(),
            newest_seen,
            first,
            count: targets.len(),
        };
        first += targets.len();
        match provider {
            // One call cancels all; where nothing waited there is nothing to call for.
            Provider::Enos if !targets.is_empty() => Job {
                whole: Some(whole),
                ..Job::new(Lane::new(order, pace, true, targets))
            },
            _ => Job::new(Lane::new(order, pace, false, targets)),
        }
    });
    single.chain(whole)
}

/// The targets of each device, with their numbers.
fn by_device(commands: Vec<Planned>) -> Vec<Vec<(usize, Planned)>> {
    let mut devices: Vec<Vec<(usize, Planned)>> = Vec::new();
    let mut place: HashMap<DeviceRef, usize> = HashMap::new();
    for (number, planned) in commands.into_iter().enumerate() {
        let at = *place.entry(planned.device().clone()).or_insert_with(|| {
            devices.push(Vec::new());
            devices.len() - 1
        });
        if let Some(device) = devices.get_mut(at) {
            device.push((number, planned));
        }
    }
    devices
}
