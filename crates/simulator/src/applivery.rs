//! Applivery's API, as far as it is documented.

mod auth;
mod cancel;
pub(crate) mod check_in;
mod devices;
mod errors;
mod get;
mod list;
mod organization;
mod paging;
mod path;
mod wire;

use crate::faults::FaultKind;
use crate::faults::rules::Target;
use crate::server::operation::Operation;
use crate::server::reply::Reply;
use crate::server::request::Request;
use crate::world::World;

pub use wire::{ACTIVATION_CODE_PREFIX, NEW_PASSWORD_PREFIX};

/// Answers one request: route, then token, then the form of the path, then what it names. A
/// refusal is the error.
pub(crate) fn answer(
    world: &World,
    request: &Request,
    target: &Target,
    fault: Option<&FaultKind>,
) -> Result<Reply, Reply> {
    if request.operation == Operation::AppliveryUnknown {
        return Err(errors::route_not_found());
    }
    if fault == Some(&FaultKind::TokenExpired) {
        return Err(errors::token_expired());
    }
    auth::check(&world.identity, request)?;
    path::check(request)?;
    let org = request.path.org.to_ascii_lowercase();
    if org != world.identity.applivery_org() && org != world.identity.applivery_slug() {
        return Err(errors::entity_not_found());
    }
    match request.operation {
        Operation::AppliveryOrganization => Ok(organization::answer(&world.identity)),
        Operation::AppliveryDevices => devices::answer(world, request, fault),
        Operation::AppliveryAllDevices => devices::of_all_platforms(world, request, fault),
        Operation::AppliveryList => list::answer(world, request, target, fault),
        Operation::AppliveryGet => get::answer(world, target, fault),
        Operation::AppliveryCancel => cancel::answer(world, target, fault),
        _ => Err(errors::route_not_found()),
    }
}
