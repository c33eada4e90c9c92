//! What is to be cancelled. "These commands" and "everything that waits" are two types: a missing
//! id can never turn the one into the other.

use serde::Serialize;

use crate::{CommandId, DeviceRef, InvalidValue};

/// One command of one device.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub struct CommandTarget {
    device: DeviceRef,
    id: CommandId,
}

impl CommandTarget {
    /// A command of a device of the same vendor.
    ///
    /// # Errors
    /// When the id is of the other vendor.
    pub fn new(device: DeviceRef, id: CommandId) -> Result<Self, InvalidValue> {
        if device.provider() == id.provider() {
            Ok(Self { device, id })
        } else {
            Err(InvalidValue::new(
                "command",
                "must be of the same vendor as its device",
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

/// Everything that waits for one device when the cancel arrives.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub struct EverythingWaiting {
    device: DeviceRef,
}

impl EverythingWaiting {
    /// Everything that waits on `device`.
    pub fn on(device: DeviceRef) -> Self {
        Self { device }
    }

    /// The device.
    pub fn device(&self) -> &DeviceRef {
        &self.device
    }
}
