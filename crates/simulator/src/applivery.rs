//! Applivery's API, as far as it is documented.

mod access;
pub(crate) mod check_in;
mod commands;
mod devices;
mod envelope;
mod paging;
mod wire;

use serde_json::json;

use crate::faults::FaultKind;
use crate::fleet::identity::Identity;
use crate::server::call::Call;
use crate::server::operation::Operation;
use crate::server::reply::Reply;

pub(crate) use envelope::too_many_requests;
pub use wire::{ACTIVATION_CODE_PREFIX, NEW_PASSWORD_PREFIX};

/// Answers one request: route, then token, then the form of the path, then what it names. A
/// refusal is the error.
pub(crate) fn answer(call: Call<'_>) -> Result<Reply, Reply> {
    if call.request.operation == Operation::AppliveryUnknown {
        return Err(envelope::route_not_found());
    }
    if call.meets(&FaultKind::TokenExpired) {
        return Err(envelope::token_expired());
    }
    access::check(call)?;
    match call.request.operation {
        Operation::AppliveryOrganization => Ok(organization(&call.world.identity)),
        Operation::AppliveryDevices => devices::android(call),
        Operation::AppliveryAllDevices => devices::of_all_platforms(call),
        Operation::AppliveryList => commands::list(call),
        Operation::AppliveryGet => commands::get(call),
        Operation::AppliveryCancel => commands::cancel(call),
        _ => Err(envelope::route_not_found()),
    }
}

/// `GET /organizations/{idOrSlug}`. Its fields are inferred.
fn organization(identity: &Identity) -> Reply {
    envelope::ok(&json!({
        "id": identity.applivery_org(),
        "name": "Simulated Logistics",
        "slug": identity.applivery_slug(),
    }))
}
