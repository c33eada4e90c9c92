//! Converts the provider's device to the model's.

use countermand_core_model::{Device, DeviceRef};
use serde_json::value::RawValue;

use crate::{
    DeviceId,
    wire::{device::WireDevice, identity::Identity, object::Object},
};

/// A device of any platform.
#[derive(Clone, Debug)]
pub enum AnyDevice {
    /// One that may be an Android device.
    Android(Box<Device>),
    /// One of another platform, which none of the calls here support.
    Other(DeviceId),
}

/// An item of a list. `None` without a valid id.
pub(crate) fn named_device(raw: &RawValue) -> Option<Device> {
    let (wire, id) = read(raw)?;
    Some(device(&wire, id))
}

/// An item of the list over all platforms.
pub(crate) fn any_device(raw: &RawValue) -> Option<AnyDevice> {
    let (wire, id) = read(raw)?;
    Some(if wire.is_of_another_platform() {
        AnyDevice::Other(id)
    } else {
        AnyDevice::Android(Box::new(device(&wire, id)))
    })
}

fn read(raw: &RawValue) -> Option<(WireDevice, DeviceId)> {
    let wire = serde_json::from_str::<Object<WireDevice>>(raw.get())
        .ok()?
        .into_members()?;
    let id = wire
        .ids()
        .identity(|text| DeviceId::parse(text).ok(), |one, other| one == other);
    match id {
        Identity::Is(id) => Some((wire, id)),
        Identity::Absent | Identity::Invalid => None,
    }
}

fn device(wire: &WireDevice, id: DeviceId) -> Device {
    let mut device = Device::new(DeviceRef::Applivery(id));
    device.name = wire.name();
    device.status = wire.status();
    device.details = wire.details();
    device.last_contact = wire.last_contact();
    device
}
