//! Applivery's identifiers, with the provider's own patterns.

use std::sync::Arc;

use crate::patterns;

identifier! {
    /// An organization: its id or its slug.
    OrganizationId(Arc<str>), field "organizationId", pattern patterns::APPLIVERY_ORGANIZATION_ID,
    rule "must be 24 hexadecimal digits, or a slug of at least 3 letters, digits and hyphens",
    check patterns::applivery_organization_id
}

identifier! {
    /// A device: its id, serial number, IMEI or enrollment-specific id.
    DeviceId(Arc<str>), field "emmDeviceId", pattern patterns::APPLIVERY_DEVICE_ID,
    rule "must be letters, digits and underscores (an ID, a serial number, an IMEI)",
    check patterns::applivery_device_id
}

identifier! {
    /// A command of a device.
    CommandId(Box<str>), field "emmCommandId", pattern patterns::APPLIVERY_COMMAND_ID,
    rule "must be 24 hexadecimal digits",
    check patterns::applivery_command_id
}
