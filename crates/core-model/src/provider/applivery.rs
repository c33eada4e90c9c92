//! Applivery: Android Enterprise device management.

use super::descriptor::{CancelOrder, DenialScope, KeyField, ProviderDescriptor, RequestRate};
use crate::id::applivery::{CommandId, DeviceId, OrganizationId};

/// The facts about Applivery. The rate is 10,000 requests an hour "with burst capacity".
pub(super) static APPLIVERY: ProviderDescriptor = ProviderDescriptor {
    name: "applivery",
    display_name: "Applivery",
    default_base_url: Some("https://api.applivery.io/v1"),
    organization: OrganizationId::IDENTIFIER,
    device: DeviceId::IDENTIFIER,
    command: CommandId::IDENTIFIER,
    keys: &[KeyField {
        name: "token",
        control: "token",
        variable: "COUNTERMAND_TOKEN",
    }],
    request_headers: "authorization, content-type",
    cancel_order: CancelOrder::AtOnce,
    has_cancel_all: false,
    lists_all_states: true,
    denial_scope: DenialScope::Key,
    signs_with_time: false,
    rate: Some(RequestRate {
        per_hour: 10_000,
        burst: 100,
    }),
};
