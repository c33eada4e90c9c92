//! Makes plans by reading targets, or by listing what is pending. Nothing is sent.

use std::collections::{HashMap, HashSet};

use countermand_core_model::{AllPending, CommandId, CommandTarget, DeviceRef};
use futures_util::StreamExt;

use super::{
    devices::{CancelAll, Waiting, waiting},
    one_target::{Devices, KnownIds, distinct, each_once, key},
    plan::Plan,
    planned::{ObservedState, Planned},
};
use crate::{
    AnswerOrder, Client,
    each_device::each_observed,
    reading::{self, ListCost},
};

impl Client {
    /// Returns a plan for these commands, read as [`Self::asking`] says. A command named twice is one target, even
    /// under two names of its device. If the connection is refused or several devices get no answer, the others are
    /// not asked about, and their commands are `not_sent`.
    pub async fn plan_commands(&self, targets: Vec<CommandTarget>) -> Plan {
        let targets = each_named_once(targets);
        let mut devices: Vec<(DeviceRef, Vec<CommandId>)> = Vec::new();
        let mut place = HashMap::new();
        for target in &targets {
            let at = *place.entry(target.device().clone()).or_insert_with(|| {
                devices.push((target.device().clone(), Vec::new()));
                devices.len() - 1
            });
            if let Some((_, ids)) = devices.get_mut(at) {
                ids.push(target.id().clone());
            }
        }
        let calls = &self.shared.calls;
        let ask = move |(device, ids): &(DeviceRef, Vec<CommandId>)| {
            let (device, ids) = (device.clone(), ids.clone());
            async move { reading::read(calls, &device, &ids, None, &mut ListCost::default()).await }
        };
        let order = AnswerOrder::AsTheyCome;
        let mut read = each_observed(
            &self.shared.timer,
            &self.asking,
            order,
            devices,
            ask,
            reading::failure,
        )
        .map(|((device, _), readings)| (device, readings))
        .collect::<HashMap<_, _>>()
        .await;
        let answered = read.values().flatten().flat_map(HashMap::values);
        let any_answered = answered.filter(|reading| reading.is_ok()).count() > 0;
        let commands = targets
            .into_iter()
            .filter_map(|target| {
                let seen = match read.get_mut(target.device())? {
                    None => ObservedState::NotAsked,
                    Some(readings) => match readings.remove(target.id())? {
                        Ok(command) => ObservedState::of(&command),
                        Err(error) => ObservedState::Error(error),
                    },
                };
                Some(Planned { target, seen })
            })
            .collect();
        Plan {
            commands: each_once(commands),
            any_answered,
            ..Plan::default()
        }
    }

    /// Returns a plan for everything pending on these devices, which are listed now. Commands whose state is unknown
    /// are left out. A device under two names is one.
    pub async fn plan_everything(&self, devices: Vec<AllPending>) -> Plan {
        let ask = |target: &AllPending| {
            let device = target.device().clone();
            async move { waiting(&self.shared.calls, &device).await }
        };
        let devices = distinct(devices, AllPending::device);
        let mut listed = std::pin::pin!(self.ask_each(AnswerOrder::OfDevices, devices, ask));
        let mut plan = Plan::default();
        let mut met_unclear = KnownIds::default();
        let mut devices = Devices::default();
        while let Some((target, waiting)) = listed.next().await {
            match waiting {
                Ok(waiting) => {
                    plan.take_waiting(target, waiting, &mut met_unclear, &mut devices);
                }
                Err(failure) => plan.not_listed(target.device().clone(), failure),
            }
        }
        plan.cancel_all = devices.into_vec();
        plan
    }
}

/// Returns these targets, each device and id once.
fn each_named_once(targets: Vec<CommandTarget>) -> Vec<CommandTarget> {
    let mut known = HashSet::new();
    let mut is_new =
        |target: &CommandTarget| known.insert((target.device().clone(), key(target.id())));
    targets
        .into_iter()
        .filter(|target| is_new(target))
        .collect()
}

impl Plan {
    /// Takes in what is pending on a device.
    fn take_waiting(
        &mut self,
        target: AllPending,
        waiting: Waiting,
        met_unclear: &mut KnownIds,
        devices: &mut Devices,
    ) {
        let Waiting {
            listing,
            newest_seen,
            unclear,
            known,
        } = waiting;
        self.any_answered = true;
        let unclear = unclear.iter();
        let unclear = unclear.filter(|one| met_unclear.is_new(&one.id)).count();
        if unclear > 0 {
            self.gaps.unclear.push((target.device().clone(), unclear));
        }
        if !listing.is_whole() {
            self.gaps.incomplete.push(target.device().clone());
        }
        let waiting = listing.items.iter().filter_map(Planned::of).collect();
        let device = CancelAll {
            target,
            waiting,
            newest_seen,
        };
        devices.add(device, known.iter());
    }
}
