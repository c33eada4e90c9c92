//! The client: one connection, and what can be asked over it.

use std::{collections::HashSet, sync::Arc};

use countermand_applivery::Applivery;
use countermand_core_model::{
    Command, CommandId, CommandState, CommandTarget, Device, DeviceRef, EverythingWaiting,
    InvalidValue, Listing, Organization, Provider, Timestamp,
};
use countermand_enos::Enos;
use countermand_transport::{ApiError, BaseUrl, SharedTimer, Transport};
use futures_util::{StreamExt, stream};

use crate::{
    Connection, Observer, Plan, Planned, RunOptions, RunResult, StopHandle,
    plan::{Everything, Seen},
    reading, run,
    vendor::Vendor,
};

/// How many devices are read at once while a plan is made.
const PLANNING: usize = 8;

/// What a check of a connection found.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Found {
    /// The organisation's name, where the vendor tells it.
    pub name: Option<String>,
}

/// One organisation at one vendor. Cheap to clone; clones share the connection, its rate and its token.
#[derive(Clone, Debug)]
pub struct Client {
    shared: Arc<Shared>,
}

/// What waits on a device.
struct Waiting {
    listing: Listing<Command>,
    /// When the newest command was given that was there before that was asked.
    newest_seen: Option<Timestamp>,
    /// How many commands there are whose state is unknown.
    unclear: usize,
}

pub(crate) struct Shared {
    pub(crate) vendor: Vendor,
    pub(crate) timer: SharedTimer,
    org: Organization,
    base: BaseUrl,
}

impl std::fmt::Debug for Shared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Shared")
            .field("org", &self.org)
            .field("base", &self.base)
            .finish_non_exhaustive()
    }
}

impl Client {
    /// A client for `connection` over `backend`, with `timer` as its clock. Nothing is sent yet.
    ///
    /// # Errors
    /// When a key cannot stand in a request; the error does not repeat it.
    pub fn connect(
        connection: Connection,
        backend: impl Transport,
        timer: SharedTimer,
    ) -> Result<Self, InvalidValue> {
        let transport = connection.stack(backend, &timer)?;
        let Connection { org, base, .. } = connection;
        let vendor = match &org {
            Organization::Applivery(id) => {
                Vendor::Applivery(Applivery::new(transport, base.clone(), id.clone()))
            }
            Organization::Enos(id) => Vendor::Enos(Enos::new(transport, base.clone(), id.clone())),
        };
        Ok(Self {
            shared: Arc::new(Shared {
                vendor,
                timer,
                org,
                base,
            }),
        })
    }

    /// The vendor.
    pub fn provider(&self) -> Provider {
        self.shared.vendor.provider()
    }

    /// The organisation.
    pub fn org(&self) -> &Organization {
        &self.shared.org
    }

    /// Where the vendor's API is.
    pub fn base(&self) -> &BaseUrl {
        &self.shared.base
    }

    /// Does the key work for the organisation?
    ///
    /// # Errors
    /// Why not: a refused key, an unreachable host, an answer that is not the vendor's.
    pub async fn check(&self) -> Result<Found, ApiError> {
        match &self.shared.vendor {
            Vendor::Applivery(vendor) => Ok(Found {
                name: vendor.check().await?.name,
            }),
            Vendor::Enos(vendor) => vendor.check().await.map(|()| Found { name: None }),
        }
    }

    /// The organisation's devices; with `search` those in whose shown texts it occurs, without case.
    ///
    /// # Errors
    /// When a page could not be had.
    pub async fn devices(&self, search: Option<&str>) -> Result<Listing<Device>, ApiError> {
        self.shared.vendor.devices(search).await
    }

    /// A device's commands, newest first; with `state` those in that state.
    ///
    /// # Errors
    /// When a page could not be had.
    pub async fn list(
        &self,
        device: &DeviceRef,
        state: Option<CommandState>,
    ) -> Result<Listing<Command>, ApiError> {
        self.shared.vendor.list(device, state).await
    }

    /// One command.
    ///
    /// # Errors
    /// When it could not be had, or the answer is about another one.
    pub async fn get(&self, device: &DeviceRef, id: &CommandId) -> Result<Command, ApiError> {
        self.shared.vendor.get(device, id).await
    }

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
        let mut place = std::collections::HashMap::new();
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
                    let seen = reading::read(vendor, &device, &ids, None).await;
                    (device, seen)
                }
            })
            .buffered(PLANNING)
            .collect::<std::collections::HashMap<_, _>>()
            .await;
        let commands = targets
            .into_iter()
            .filter_map(|target| {
                let seen = read.get_mut(target.device())?.remove(target.id())?;
                let seen = match seen {
                    Ok(command) => Seen::Command(Box::new(command)),
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
                                seen: Seen::Command(Box::new(command)),
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
        let (newest_seen, asked_for) = match (vendor, device) {
            (Vendor::Enos(vendor), DeviceRef::Enos(device)) => {
                let newest = vendor.newest_commands(device).await?;
                let at = newest.iter().filter_map(|command| command.created_at);
                (at.max(), Some(CommandState::Pending))
            }
            // Applivery lists every state all the same.
            _ => (None, None),
        };
        let mut listing = vendor.list(device, asked_for).await?;
        let is_unclear = |command: &&Command| command.state == CommandState::Unknown;
        let unclear = listing.items.iter().filter(is_unclear).count();
        listing
            .items
            .retain(|command| command.state == CommandState::Pending);
        let newest_waiting = listing
            .items
            .iter()
            .filter_map(|command| command.created_at)
            .max();
        Ok(Waiting {
            newest_seen: newest_seen.max(newest_waiting),
            listing,
            unclear,
        })
    }

    /// Cancels what `plan` holds, reads each again until it settles or `options.verify_for` has passed,
    /// and gives each target exactly one outcome.
    pub async fn run(
        &self,
        plan: Plan,
        options: RunOptions,
        stop: &StopHandle,
        observe: Option<Observer>,
    ) -> RunResult {
        run::run(&self.shared, plan, options, stop, observe).await
    }
}
