//! EnOS's identifiers. The provider only publishes a pattern for command ids.

use std::sync::Arc;

use crate::patterns;

identifier! {
    /// An organization.
    OrgId(Arc<str>), field "orgId", pattern patterns::ENOS_KEY,
    rule "must be 1 to 256 visible characters without spaces",
    check patterns::enos_key
}

identifier! {
    /// An asset: one of the two ways to name a device.
    AssetId(Arc<str>), field "assetId", pattern patterns::ENOS_KEY,
    rule "must be 1 to 256 visible characters without spaces",
    check patterns::enos_key
}

identifier! {
    /// A product: with a [`DeviceKey`] the other way to name a device.
    ProductKey(Arc<str>), field "productKey", pattern patterns::ENOS_KEY,
    rule "must be 1 to 256 visible characters without spaces",
    check patterns::enos_key
}

identifier! {
    /// A device within a product.
    DeviceKey(Arc<str>), field "deviceKey", pattern patterns::ENOS_DEVICE_KEY,
    rule "must be 1 to 256 printable characters that are not all spaces",
    check patterns::enos_device_key
}

identifier! {
    /// A command. Its 19 digits are text: they do not survive a floating-point number.
    CommandId(Box<str>), field "commandId", pattern patterns::ENOS_COMMAND_ID,
    rule "must be 1 to 20 decimal digits",
    check patterns::enos_command_id
}
