//! What another process left undone.

use std::{cmp::Reverse, collections::HashMap, time::Duration};

use countermand_core_model::{DeviceRef, Provider, SeverityRules};

use super::{
    job::{CancelAllCall, Job},
    queues,
    rows::Rows,
    sweeping::devices::SweepWork,
    unlisted::Unlisted,
};
use crate::{
    cancel::{DeviceQueue, Schedule, Target},
    journal::{ReplayedCancelAll, ReplayedSweep, UnfinishedRun},
};

pub(crate) struct Rest {
    provider: Provider,
    /// The targets by device, the most severe first.
    devices: Vec<Vec<Target>>,
    /// The calls for everything that were sent, or were about to be.
    calls: HashMap<DeviceRef, ReplayedCancelAll>,
    pub(crate) unlisted: Vec<Unlisted>,
    sweep: Option<ReplayedSweep>,
}

impl Rest {
    /// Returns what is left of `unfinished`, with all of its rows.
    pub(crate) fn of(unfinished: UnfinishedRun, rules: SeverityRules) -> (Rows, Self) {
        let provider = unfinished.provider();
        let rows = Rows::replayed(&unfinished.targets, rules.clone());
        let mut devices: Vec<Vec<Target>> = Vec::new();
        let mut place: HashMap<DeviceRef, usize> = HashMap::new();
        let open = unfinished.targets.into_iter();
        for replayed in open.filter(|replayed| !replayed.is_settled) {
            let mut target = replayed.target;
            let kind = target.report.kind.as_deref().unwrap_or_default();
            target.severity = rules.of_command(kind, replayed.name.as_deref());
            let at = *place.entry(target.device().clone()).or_insert_with(|| {
                devices.push(Vec::new());
                devices.len() - 1
            });
            if let Some(device) = devices.get_mut(at) {
                device.push(target);
            }
        }
        // Nothing was sent for a device that is still to be listed.
        let unlisted = unfinished.to_list.into_iter().map(|(device, mut left)| {
            left.filter = left.filter.map(|filter| rows.with_rules(filter));
            let known = place.get(&device).and_then(|at| devices.get_mut(*at));
            let known = known.map(std::mem::take).unwrap_or_default();
            Unlisted::left(device, left, known)
        });
        let unlisted = unlisted.collect();
        devices.retain(|targets| !targets.is_empty());
        devices.sort_by_key(|targets| Reverse(queues::most_severe(targets)));
        let calls = unfinished.everything.into_iter();
        let calls = calls.filter(|call| call.was_called);
        let rest = Self {
            provider,
            devices,
            calls: calls.map(|call| (call.device.clone(), call)).collect(),
            unlisted,
            sweep: unfinished.sweep,
        };
        (rows, rest)
    }

    /// Removes and returns what is left of a sweep, with the devices that are still to be listed.
    pub(crate) fn take_sweep(&mut self) -> Option<SweepWork> {
        let replayed = self.sweep.take()?;
        Some(SweepWork {
            sweep: replayed.sweep,
            asked_at: Some(replayed.asked_at),
            all_known: replayed.all_known,
            known: replayed.known,
            left: std::mem::take(&mut self.unlisted),
        })
    }

    /// Returns the queues of what is left, as of `now`.
    pub(crate) fn into_jobs(
        mut self,
        schedule: Schedule,
        now: Duration,
    ) -> impl Iterator<Item = Job> {
        let order = queues::order(self.provider);
        self.devices.into_iter().map(move |targets| {
            let call = targets
                .first()
                .and_then(|target| self.calls.remove(target.device()));
            let call = call.map(|call| CancelAllCall {
                device: call.device,
                newest_seen: call.newest_seen,
                ranges: vec![(call.first, call.count)],
            });
            let untried = targets.iter().filter(|target| target.is_untried());
            let unseen = untried.map(|target| target.number).collect();
            let severity = queues::most_severe(&targets);
            let queue = DeviceQueue::resumed(order, schedule, targets, now);
            Job {
                unseen,
                severity,
                ..Job::new(queue, call)
            }
        })
    }
}
