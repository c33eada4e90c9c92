//! EnOS: industrial IoT, the Connect Service.

use super::descriptor::{CancelOrder, DenialScope, KeyField, ProviderDescriptor};
use crate::id::enos::{AssetId, CommandId, OrgId};

/// The facts about EnOS. Each installation has its own host, and none names a rate.
pub(super) static ENOS: ProviderDescriptor = ProviderDescriptor {
    name: "enos",
    display_name: "EnOS",
    default_base_url: None,
    organization: OrgId::IDENTIFIER,
    device: AssetId::IDENTIFIER,
    command: CommandId::IDENTIFIER,
    keys: &[
        KeyField {
            name: "app_key",
            control: "app-key",
            variable: "COUNTERMAND_APP_KEY",
        },
        KeyField {
            name: "app_secret",
            control: "app-secret",
            variable: "COUNTERMAND_APP_SECRET",
        },
    ],
    request_headers: "apim-accesstoken, apim-timestamp, apim-signature, content-type",
    cancel_order: CancelOrder::NewestFirst,
    has_cancel_all: true,
    lists_all_states: false,
    denial_scope: DenialScope::Device,
    signs_with_time: true,
    rate: None,
};
