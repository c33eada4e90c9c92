//! From the vendor's device to the model's.

use countermand_core_model::{Device, DeviceRef};
use serde_json::value::RawValue;

use crate::{
    DeviceId,
    wire::{device::WireDevice, identity::Identity, object::Object},
};

/// An item of a list. `None` without a valid id: none is invented.
pub(crate) fn named_device(raw: &RawValue) -> Option<Device> {
    let wire = serde_json::from_str::<Object<WireDevice>>(raw.get())
        .ok()?
        .into_members()?;
    let id = wire
        .ids()
        .identity(|text| DeviceId::parse(text).ok(), |one, other| one == other);
    let Identity::Is(id) = id else {
        return None;
    };
    let mut device = Device::new(DeviceRef::Applivery(id));
    device.name = wire.name();
    device.status = wire.status();
    device.details = wire.details();
    Some(device)
}
