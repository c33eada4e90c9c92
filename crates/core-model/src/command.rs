//! A command, in one form for all providers.

use serde::Serialize;

use crate::{CommandId, CommandState, DeviceRef, Organization, Provider, RawJson, Timestamp};

/// A command of a device.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Command {
    /// The provider.
    pub provider: Provider,
    /// The organization.
    pub org: Organization,
    /// The device, named as in the request.
    pub device: DeviceRef,
    /// The device's other name, where the provider tells both.
    #[serde(skip)]
    pub device_also: Option<Box<DeviceRef>>,
    /// The command's id.
    pub id: CommandId,
    /// What it does, in the provider's word: `LOCK`, `service invocation`, ...
    pub kind: String,
    /// Its name, where it has one.
    pub name: Option<String>,
    /// Its state.
    pub state: CommandState,
    /// The provider's word for the state.
    pub vendor_state: Option<String>,
    /// When it was created.
    pub created_at: Option<Timestamp>,
    /// When it expires.
    pub expires_at: Option<Timestamp>,
    /// The request to the device, secrets removed: metadata or input data.
    #[serde(skip)]
    pub request: Option<RawJson>,
    /// The provider's whole JSON, secrets removed.
    #[serde(skip)]
    pub raw: Option<RawJson>,
}

impl Command {
    /// A command without any details.
    pub fn new(org: Organization, device: DeviceRef, id: CommandId) -> Self {
        Self {
            provider: device.provider(),
            org,
            device,
            device_also: None,
            id,
            kind: String::new(),
            name: None,
            state: CommandState::Unknown,
            vendor_state: None,
            created_at: None,
            expires_at: None,
            request: None,
            raw: None,
        }
    }

    /// Returns whether the provider says that it is pending though it has expired at `now`. The provider's word counts.
    pub fn is_past_its_validity(&self, now: Timestamp) -> bool {
        self.state == CommandState::Pending && self.expires_at.is_some_and(|expires| expires < now)
    }
}
