//! The client: one connection, and what can be asked over it.

use std::sync::Arc;

use countermand_applivery::Applivery;
use countermand_core_model::{
    Command, CommandId, CommandState, Device, DeviceRef, InvalidValue, Listing, Organization,
    Provider,
};
use countermand_enos::Enos;
use countermand_transport::{ApiError, BaseUrl, SharedTimer, Transport};

use crate::{Connection, Observer, Plan, RunOptions, RunResult, StopHandle, run, vendor::Vendor};

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
    pub(crate) shared: Arc<Shared>,
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
