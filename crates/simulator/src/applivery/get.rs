//! `GET .../commands/{emmCommandId}`.

use http::StatusCode;
use serde_json::json;

use crate::applivery::{errors, wire};
use crate::faults::FaultKind;
use crate::faults::rules::Target;
use crate::server::reply::Reply;
use crate::world::World;

pub(super) fn answer(
    world: &World,
    target: &Target,
    fault: Option<&FaultKind>,
) -> Result<Reply, Reply> {
    let (vendor, index) = target.device.ok_or_else(errors::entity_not_found)?;
    let id = target
        .command
        .as_deref()
        .ok_or_else(errors::entity_not_found)?;
    let mut state = world.lock();
    let device = world.device(&mut state, vendor, index);
    let place = device.place_of(id).ok_or_else(errors::entity_not_found)?;
    if fault == Some(&FaultKind::GoesOutFirst) {
        device.send_now(place);
    }
    let place = match fault {
        Some(FaultKind::AnotherCommand) => device.another(place),
        _ => place,
    };
    let command = device
        .commands
        .get_mut(place)
        .ok_or_else(errors::entity_not_found)?;
    command.shown(fault);
    let data = wire::command(&world.identity, index, command);
    Ok(Reply::json(
        StatusCode::OK,
        &json!({"status": true, "data": data}),
    ))
}
