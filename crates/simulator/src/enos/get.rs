//! `GET commands?action=get`.

use serde_json::json;

use crate::enos::wire::WireDevice;
use crate::enos::{envelope, errors, named};
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
    let (vendor, index) = named::device(world, request)?;
    let Some(id) = target.command.as_deref() else {
        return Err(errors::invalid(world, "commandId", json!(null)));
    };
    let command = {
        let mut state = world.lock();
        let device = world.device(&mut state, vendor, index);
        device.place_of(id).and_then(|place| {
            if fault == Some(&FaultKind::GoesOutFirst) {
                device.send_now(place);
            }
            let place = match fault {
                Some(FaultKind::AnotherCommand) => device.another(place),
                _ => place,
            };
            let command = device.commands.get_mut(place)?;
            command.shown(fault);
            Some(command.clone())
        })
    };
    let command = command.ok_or_else(|| errors::does_not_exist(world, "command"))?;
    let device = WireDevice::of(&world.identity, index);
    Ok(envelope::ok(world, device.command(&command)))
}
