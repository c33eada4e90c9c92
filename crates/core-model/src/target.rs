//! What to cancel. "This command" and "everything pending" are two types, so that a missing id cannot turn one into the
//! other.

use serde::Serialize;

use crate::{CommandId, DeviceRef, InvalidValue};

/// One command of one device.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub struct CommandTarget {
    device: DeviceRef,
    id: CommandId,
}

impl CommandTarget {
    /// Returns the target of a command on its device.
    ///
    /// # Errors
    /// When the id is of another provider than the device.
    pub fn new(device: DeviceRef, id: CommandId) -> Result<Self, InvalidValue> {
        if device.provider() == id.provider() {
            Ok(Self { device, id })
        } else {
            Err(InvalidValue::new(
                "command",
                "must be of the same provider as its device",
                id.as_str(),
            ))
        }
    }

    /// The device.
    pub fn device(&self) -> &DeviceRef {
        &self.device
    }

    /// The command.
    pub fn id(&self) -> &CommandId {
        &self.id
    }
}

/// Everything that is pending on one device when the cancel arrives.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub struct AllPending {
    device: DeviceRef,
}

impl AllPending {
    /// Returns everything pending on `device`.
    pub fn on(device: DeviceRef) -> Self {
        Self { device }
    }

    /// The device.
    pub fn device(&self) -> &DeviceRef {
        &self.device
    }
}
