//! `GET .../devices/{emmDeviceId}/commands`.

use crate::applivery::paging::Paging;
use crate::applivery::{errors, wire};
use crate::faults::FaultKind;
use crate::faults::rules::Target;
use crate::server::reply::Reply;
use crate::server::request::Request;
use crate::world::World;

pub(super) fn answer(
    world: &World,
    request: &Request,
    target: &Target,
    fault: Option<&FaultKind>,
) -> Result<Reply, Reply> {
    let (vendor, index) = target.device.ok_or_else(errors::entity_not_found)?;
    let paging = Paging::of(request, fault)?;
    let mut state = world.lock();
    let device = world.device(&mut state, vendor, index);
    let mut places = device.newest_first();
    if !paging.newest_first {
        places.reverse();
    }
    Ok(paging.answer(places.len(), fault, |at| {
        let command = device.commands.get_mut(*places.get(at)?)?;
        command.shown(fault);
        Some(wire::command(&world.identity, index, command))
    }))
}
