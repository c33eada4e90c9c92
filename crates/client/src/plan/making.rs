//! Making a plan: the targets are read, or what waits is listed, and nothing is sent.

use std::collections::{HashMap, HashSet};

use countermand_core_model::{
    Command, CommandId, CommandState, CommandTarget, DeviceRef, EverythingWaiting, Listing,
    Timestamp,
};
use countermand_transport::ApiError;
use futures_util::StreamExt;

use super::{
    Everything, Plan, Planned, Seen,
    one_target::{Devices, Met, each_once},
};
use crate::{
    AnswerOrder, Client,
    each_device::{each, each_heard},
    provider::ProviderCalls,
    reading::{self, ListCost},
};

/// What waits on a device.
pub(crate) struct Waiting {
    pub(crate) listing: Listing<Command>,
    /// When the newest command was given that was there before that was asked.
    pub(crate) newest_seen: Option<Timestamp>,
    /// The commands whose state is unknown.
    pub(crate) unclear: Vec<Command>,
    /// Every command that was seen, in whatever state.
    known: Vec<CommandId>,
}

impl Client {
    /// A plan for these commands, each read now, as [`Self::asking`] says. A command named twice is one target, though
    /// its device be called by two names. Where the connection is refused, or nobody answers for several devices, the
    /// others are not asked about: their commands are `not_sent`.
    pub async fn plan_commands(&self, targets: Vec<CommandTarget>) -> Plan {
        let mut known = HashSet::new();
        let targets: Vec<CommandTarget> = targets
            .into_iter()
            .filter(|target| {
                known.insert((
                    target.device().clone(),
                    target.id().as_str().to_ascii_lowercase(),
                ))
            })
            .collect();
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
        let mut read = each_heard(
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
                    None => Seen::NotAsked,
                    Some(readings) => match readings.remove(target.id())? {
                        Ok(command) => Seen::of(&command),
                        Err(error) => Seen::Error(error),
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

    /// A plan for everything that waits on these devices, listed now. A command whose state is unknown
    /// is left out. A device named twice is one, by whatever names.
    pub async fn plan_everything(&self, devices: Vec<EverythingWaiting>) -> Plan {
        let mut known = HashSet::new();
        let devices = devices
            .into_iter()
            .filter(|target| known.insert(target.device().clone()))
            .collect::<Vec<_>>();
        let ask = |target: &EverythingWaiting| {
            let device = target.device().clone();
            async move { waiting(&self.shared.calls, &device).await }
        };
        let mut listed = std::pin::pin!(each(
            &self.shared.timer,
            &self.asking,
            AnswerOrder::OfDevices,
            devices,
            ask
        ));
        let mut plan = Plan::default();
        let mut met_unclear = Met::default();
        let mut devices = Devices::default();
        while let Some((target, waiting)) = listed.next().await {
            let Waiting {
                listing,
                newest_seen,
                unclear,
                known,
            } = match waiting {
                Ok(waiting) => waiting,
                Err(failure) => {
                    plan.not_listed(target.device().clone(), failure);
                    continue;
                }
            };
            plan.any_answered = true;
            let unclear = unclear.iter();
            let unclear = unclear.filter(|one| met_unclear.is_new(&one.id)).count();
            if unclear > 0 {
                plan.unclear.push((target.device().clone(), unclear));
            }
            let device = target.device().clone();
            let is_whole = listing.is_whole();
            let waiting = listing
                .items
                .into_iter()
                .filter_map(|command| {
                    let target =
                        CommandTarget::new(command.device.clone(), command.id.clone()).ok()?;
                    Some(Planned {
                        target,
                        seen: Seen::of(&command),
                    })
                })
                .collect();
            let everything = Everything {
                target,
                waiting,
                newest_seen,
            };
            devices.add(everything, known.iter());
            if !is_whole {
                plan.incomplete.push(device);
            }
        }
        plan.everything = devices.into_vec();
        plan
    }
}

/// Lists what waits on a device.
pub(crate) async fn waiting(
    calls: &ProviderCalls,
    device: &DeviceRef,
) -> Result<Waiting, ApiError> {
    // One call for everything will cancel whatever waits then: what comes after this page is beyond the plan.
    let newest = calls.newest(device).await?;
    let mut listing = calls.waiting(device).await?;
    let all = || newest.iter().chain(&listing.items);
    let known = all().map(|command| command.id.clone()).collect();
    // A search for what waits may leave out what has another word for it.
    let unclear = all()
        .filter(|command| command.state == CommandState::Unknown)
        .cloned()
        .collect();
    let newest_seen = all().filter_map(|command| command.created_at).max();
    listing
        .items
        .retain(|command| command.state == CommandState::Pending);
    Ok(Waiting {
        newest_seen,
        listing,
        unclear,
        known,
    })
}
