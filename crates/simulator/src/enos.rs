//! EnOS's Connect Service and its token service, as far as they are documented.

mod auth;
mod cancel;
mod devices;
mod envelope;
mod errors;
mod expression;
mod get;
mod named;
mod paging;
mod projection;
pub(crate) mod queue;
mod search;
pub(crate) mod signature;
pub(crate) mod token;
mod token_service;
mod wire;

use crate::faults::FaultKind;
use crate::faults::rules::Target;
use crate::server::operation::Operation;
use crate::server::reply::Reply;
use crate::server::request::Request;
use crate::world::World;

pub use wire::DEVICE_SECRET_PREFIX;

/// Answers one request: route, then token and signature, then organisation, then the rest. A
/// refusal is the error.
pub(crate) fn answer(
    world: &World,
    request: &Request,
    target: &Target,
    fault: Option<&FaultKind>,
) -> Result<Reply, Reply> {
    match request.operation {
        Operation::EnosTokenGet | Operation::EnosTokenRefresh => {
            return token_service::answer(world, request);
        }
        // What an unknown action of a known address is answered with is not documented.
        Operation::EnosUnknown => return Err(errors::no_route()),
        _ => {}
    }
    auth::check(world, request, fault)?;
    named::org(world, request)?;
    match request.operation {
        Operation::EnosSearch => search::answer(world, request, fault),
        Operation::EnosGet => get::answer(world, request, target, fault),
        Operation::EnosCancel => cancel::one(world, request, target, fault),
        Operation::EnosCancelAll => cancel::all(world, request, fault),
        Operation::EnosDevices => devices::answer(world, request, fault),
        _ => Err(errors::no_route()),
    }
}
