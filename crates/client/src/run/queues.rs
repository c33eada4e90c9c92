//! The queues of a run: the targets of a device.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, HashMap, HashSet},
};

use countermand_core_model::{CancelOrder, DeviceRef, KindSeverity, Provider, Timestamp};

use super::{
    job::{CancelAllCall, Job},
    layout::Layout,
    rows::{PlannedRows, Rows},
};
use crate::cancel::{DeviceQueue, Order, Schedule, Target};

/// Returns the order of the cancels of a device. On EnOS cancelling the head of its queue releases the next command,
/// so they are cancelled newest first. On Applivery the order does not matter.
pub(super) fn order(provider: Provider) -> Order {
    match provider.descriptor().cancel_order {
        CancelOrder::AtOnce => Order::AtOnce,
        CancelOrder::NewestFirst => Order::NewestFirst,
    }
}

/// Returns the queues of a plan, the most severe first. They are made one at a time, because a plan may have very
/// many.
pub(super) fn planned<'r>(
    provider: Provider,
    layout: &mut Layout,
    rows: &'r Rows,
    schedule: Schedule,
) -> impl Iterator<Item = Job> + use<'r> {
    let order = order(provider);
    let mut numbers: Vec<usize> = (0..layout.commands).collect();
    let mut calls = Vec::new();
    let has_cancel_all = provider.descriptor().has_cancel_all;
    for call in std::mem::take(&mut layout.calls) {
        // One call cancels all, if anything was pending.
        let is_called = has_cancel_all && numbers_of(&call.ranges).next().is_some();
        if is_called {
            calls.push(call);
        } else {
            numbers.extend(numbers_of(&call.ranges));
        }
    }
    let queues = rows.inspect(|planned| {
        calls.sort_by_key(|call| Reverse(most_severe_of(&planned, numbers_of(&call.ranges))));
        grouped(provider, &planned, numbers)
    });
    let single = queues.into_iter().map(move |numbers| {
        let targets = rows.targets(numbers);
        let unseen = targets.iter().filter(|target| target.listed.is_some());
        Job {
            unseen: unseen.map(|target| target.number).collect(),
            severity: most_severe(&targets),
            ..Job::new(DeviceQueue::new(order, schedule, false, targets), None)
        }
    });
    let called = calls.into_iter().map(move |call| {
        let targets = rows.targets(numbers_of(&call.ranges));
        Job {
            severity: most_severe(&targets),
            ..Job::new(DeviceQueue::new(order, schedule, true, targets), Some(call))
        }
    });
    single.chain(called)
}

fn numbers_of(ranges: &[(usize, usize)]) -> impl Iterator<Item = usize> + use<'_> {
    ranges
        .iter()
        .flat_map(|(first, count)| *first..first + count)
}

/// Returns the severity of the most severe of these.
pub(super) fn most_severe(targets: &[Target]) -> KindSeverity {
    let severities = targets.iter().map(|target| target.severity);
    severities.max().unwrap_or_default()
}

fn most_severe_of(planned: &PlannedRows<'_>, numbers: impl Iterator<Item = usize>) -> KindSeverity {
    let known = numbers.filter_map(|number| planned.get(number));
    let severities = known.map(|one| planned.severity_of(one));
    severities.max().unwrap_or_default()
}

/// Groups the targets of a device, the most severe first. On Applivery a group has one severity, so that a lock on
/// one device is not sent before a wipe on another.
fn grouped(provider: Provider, rows: &PlannedRows<'_>, numbers: Vec<usize>) -> Vec<Vec<usize>> {
    let mut queues: Vec<(KindSeverity, Vec<usize>)> = Vec::new();
    let mut place: HashMap<(&DeviceRef, Option<KindSeverity>), usize> = HashMap::new();
    let queued = provider.descriptor().has_device_queue();
    for number in numbers {
        let Some(planned) = rows.get(number) else {
            continue;
        };
        let severity = rows.severity_of(planned);
        let parted = (!queued).then_some(severity);
        let at = *place.entry((planned.device(), parted)).or_insert_with(|| {
            queues.push((severity, Vec::new()));
            queues.len() - 1
        });
        if let Some((most_severe, queue)) = queues.get_mut(at) {
            *most_severe = severity.max(*most_severe);
            queue.push(number);
        }
    }
    queues.sort_by_key(|(most_severe, _)| Reverse(*most_severe));
    queues.into_iter().map(|(_, queue)| queue).collect()
}

/// The targets of a device that was listed in the run.
pub(super) struct DeviceTargets {
    pub(super) device: DeviceRef,
    pub(super) targets: Vec<Target>,
    pub(super) newest_seen: Option<Timestamp>,
    /// EnOS's one call cancels them all.
    pub(super) one_call: bool,
    /// The numbers of those that are read before their cancel.
    pub(super) unseen: HashSet<usize>,
}

/// Returns the queues of a device that was listed in the run.
pub(super) fn listed(schedule: Schedule, device: DeviceTargets) -> Vec<Job> {
    let DeviceTargets {
        device,
        targets,
        newest_seen,
        one_call,
        unseen,
    } = device;
    if targets.is_empty() {
        return Vec::new();
    }
    let order = order(device.provider());
    let job = |targets: Vec<Target>, call: Option<CancelAllCall>| Job {
        severity: most_severe(&targets),
        unseen: targets
            .iter()
            .map(|target| target.number)
            .filter(|number| unseen.contains(number))
            .collect(),
        ..Job::new(
            DeviceQueue::new(order, schedule, call.is_some(), targets),
            call,
        )
    };
    if device.provider().descriptor().has_device_queue() {
        let call = one_call.then(|| CancelAllCall {
            device,
            newest_seen,
            ranges: ranges(&targets),
        });
        return vec![job(targets, call)];
    }
    // One queue per severity, so that a lock is not sent before a wipe on another device.
    let mut parts: BTreeMap<KindSeverity, Vec<Target>> = BTreeMap::new();
    for target in targets {
        parts.entry(target.severity).or_default().push(target);
    }
    parts.into_values().map(|part| job(part, None)).collect()
}

/// Returns the numbers of these as ranges: the first, and how many.
pub(super) fn ranges(targets: &[Target]) -> Vec<(usize, usize)> {
    let mut numbers: Vec<usize> = targets.iter().map(|target| target.number).collect();
    numbers.sort_unstable();
    let mut ranges: Vec<(usize, usize)> = Vec::new();
    for number in numbers {
        match ranges.last_mut() {
            Some((first, count)) if *first + *count == number => *count += 1,
            _ => ranges.push((number, 1)),
        }
    }
    ranges
}
