//! The names of devices that are not chosen.

use std::{collections::HashMap, sync::Arc};

use countermand_core_model::DeviceRef;

/// The names of devices, by each reference that a device has.
#[derive(Debug, Default)]
pub(super) struct Names(HashMap<DeviceRef, Arc<str>>);

impl Names {
    /// Returns the name of a device.
    pub(super) fn of(&self, device: &DeviceRef) -> Option<&str> {
        self.0.get(device).map(|name| &**name)
    }

    /// Keeps the name of a device, which may have another reference, too.
    pub(super) fn keep(&mut self, device: &DeviceRef, also: Option<&DeviceRef>, name: &str) {
        let name: Arc<str> = name.into();
        for device in [Some(device), also].into_iter().flatten() {
            self.0.insert(device.clone(), name.clone());
        }
    }
}
