//! A command, in one shape for both providers.

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
    /// The device, named as it was asked for.
    pub device: DeviceRef,
    /// The command's id.
    pub id: CommandId,
    /// What it does, in the provider's word: `LOCK`, `service invocation`, ...
    pub kind: String,
    /// Its name, where it has one.
    pub name: Option<String>,
    /// Where it stands.
    pub state: CommandState,
    /// The provider's own word for that.
    pub vendor_state: Option<String>,
    /// When it was given.
    pub created_at: Option<Timestamp>,
    /// Until when it may wait.
    pub expires_at: Option<Timestamp>,
    /// What exactly is asked of the device, secrets removed: metadata or input data.
    #[serde(skip)]
    pub request: Option<RawJson>,
    /// The provider's whole JSON, secrets removed.
    #[serde(skip)]
    pub raw: Option<RawJson>,
}

impl Command {
    /// A command of which nothing more is known.
    pub fn new(org: Organization, device: DeviceRef, id: CommandId) -> Self {
        Self {
            provider: device.provider(),
            org,
            device,
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

    /// The provider says that it waits, though its validity has passed at `now`: the provider's word rules.
    pub fn is_past_its_validity(&self, now: Timestamp) -> bool {
        self.state == CommandState::Pending && self.expires_at.is_some_and(|expires| expires < now)
    }
}
