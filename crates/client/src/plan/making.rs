//! Making a plan: the targets are read, or what waits is listed, and nothing is sent.

use std::collections::{HashMap, HashSet};

use countermand_core_model::{
    Command, CommandId, CommandState, CommandTarget, DeviceRef, EverythingWaiting, Listing,
    Timestamp,
};
use countermand_transport::ApiError;
use futures_util::{StreamExt, stream};

use super::{Everything, Plan, Planned, Seen};
use crate::{
    Client,
    reading::{self, ListCost},
    vendor::Vendor,
};

/// How many devices are read at once while a plan is made.
const PLANNING: usize = 32;

/// What waits on a device.
struct Waiting {
    listing: Listing<Command>,
    /// When the newest command was given that was there before that was asked.
    newest_seen: Option<Timestamp>,
    /// How many commands there are whose state is unknown.
    unclear: usize,
}

impl Client {
    /// A plan for these commands, each read now. A command named twice is one target.
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
        let mut read = stream::iter(devices)
            .map(|(device, ids)| {
                let vendor = &self.shared.vendor;
                async move {
                    let seen =
                        reading::read(vendor, &device, &ids, None, &mut ListCost::default()).await;
                    (device, seen)
                }
            })
            .buffered(PLANNING)
            .collect::<HashMap<_, _>>()
            .await;
        let commands = targets
            .into_iter()
            .filter_map(|target| {
                let seen = read.get_mut(target.device())?.remove(target.id())?;
                let seen = match seen {
                    Ok(command) => Seen::of(&command),
                    Err(error) => Seen::Error(error),
                };
                Some(Planned { target, seen })
            })
            .collect();
        Plan {
            commands,
            ..Plan::default()
        }
    }

    /// A plan for everything that waits on these devices, listed now. A command whose state is unknown
    /// is left out. A device named twice is one.
    pub async fn plan_everything(&self, devices: Vec<EverythingWaiting>) -> Plan {
        let mut known = HashSet::new();
        let devices = devices
            .into_iter()
            .filter(|target| known.insert(target.device().clone()))
            .collect::<Vec<_>>();
        let listed = stream::iter(devices)
            .map(|target| async move {
                let waiting = self.waiting(target.device()).await;
                (target, waiting)
            })
            .buffered(PLANNING)
            .collect::<Vec<_>>()
            .await;
        let mut plan = Plan::default();
        for (target, waiting) in listed {
            match waiting {
                Ok(Waiting {
                    listing,
                    newest_seen,
                    unclear,
                }) => {
                    if unclear > 0 {
                        plan.unclear.push((target.device().clone(), unclear));
                    }
                    if !listing.is_whole() {
                        plan.incomplete.push(target.device().clone());
                    }
                    let waiting = listing
                        .items
                        .into_iter()
                        .filter_map(|command| {
                            let target =
                                CommandTarget::new(command.device.clone(), command.id.clone())
                                    .ok()?;
                            Some(Planned {
                                target,
                                seen: Seen::of(&command),
                            })
                        })
                        .collect();
                    plan.everything.push(Everything {
                        target,
                        waiting,
                        newest_seen,
                    });
                }
                Err(error) => plan.problems.push((target.device().clone(), error)),
            }
        }
        plan
    }

    async fn waiting(&self, device: &DeviceRef) -> Result<Waiting, ApiError> {
        let vendor = &self.shared.vendor;
        // EnOS's one call will cancel whatever waits then: what comes after this page is beyond the plan.
        let newest = match (vendor, device) {
            (Vendor::Enos(vendor), DeviceRef::Enos(device)) => {
                vendor.newest_commands(device).await?
            }
            _ => Vec::new(),
        };
        let mut listing = vendor.waiting(device).await?;
        let is_unclear = |command: &&Command| command.state == CommandState::Unknown;
        // A search for what waits may leave out what has another word for it.
        let unclear: HashSet<&CommandId> = newest
            .iter()
            .chain(&listing.items)
            .filter(is_unclear)
            .map(|command| &command.id)
            .collect();
        let unclear = unclear.len();
        listing
            .items
            .retain(|command| command.state == CommandState::Pending);
        let newest_seen = newest
            .iter()
            .chain(&listing.items)
            .filter_map(|command| command.created_at)
            .max();
        Ok(Waiting {
            newest_seen,
            listing,
            unclear,
        })
    }
}
