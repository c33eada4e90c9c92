//! The lanes of a device that was listed in the run.

use std::collections::{BTreeMap, HashSet};

use countermand_core_model::{DeviceRef, KindSeverity, Timestamp};

use super::{
    context::Context,
    drive::{Job, Whole},
    lanes,
};
use crate::decision::{Lane, Target};

/// The targets of a device.
pub(super) struct DeviceTargets {
    pub(super) device: DeviceRef,
    pub(super) targets: Vec<Target>,
    pub(super) newest_seen: Option<Timestamp>,
    /// EnOS's one call cancels them all.
    pub(super) one_call: bool,
    /// The numbers of those that are to be read before their cancel.
    pub(super) unseen: HashSet<usize>,
}

/// The lanes of these targets.
pub(super) fn jobs(context: &Context<'_>, targets: DeviceTargets) -> Vec<Job> {
    let DeviceTargets {
        device,
        targets,
        newest_seen,
        one_call,
        unseen,
    } = targets;
    if targets.is_empty() {
        return Vec::new();
    }
    let provider = device.provider();
    let job = |targets: Vec<Target>, whole: Option<Whole>| Job {
        severity: lanes::gravest(&targets),
        unseen: targets
            .iter()
            .map(|target| target.number)
            .filter(|number| unseen.contains(number))
            .collect(),
        ..Job::new(
            Lane::new(
                lanes::order(provider),
                context.pace,
                whole.is_some(),
                targets,
            ),
            whole,
        )
    };
    if provider.descriptor().has_device_queue() {
        let whole = one_call.then(|| Whole {
            device,
            newest_seen,
            ranges: ranges(&targets),
        });
        return vec![job(targets, whole)];
    }
    // Each stands for itself: a lock here does not go before a wipe there.
    let mut parts: BTreeMap<KindSeverity, Vec<Target>> = BTreeMap::new();
    for target in targets {
        parts.entry(target.severity).or_default().push(target);
    }
    parts.into_values().map(|part| job(part, None)).collect()
}

/// The numbers of these, as runs of one number after the other: the first, and how many.
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

/// The numbers of these.
pub(super) fn numbers(targets: &[Target]) -> HashSet<usize> {
    targets.iter().map(|target| target.number).collect()
}
