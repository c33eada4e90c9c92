//! `POST commands?action=cancel`, of one command or of all that are cached for a device.

use serde_json::json;

use crate::enos::wire::{WireCommand, WireDevice};
use crate::enos::{envelope, errors, named};
use crate::faults::FaultKind;
use crate::faults::rules::Target;
use crate::fleet::command::Command;
use crate::options::{CancelAll, NotCached};
use crate::rng::mix;
use crate::server::reply::Reply;
use crate::server::request::Request;
use crate::world::World;

pub(super) fn one(
    world: &World,
    request: &Request,
    target: &Target,
    fault: Option<&FaultKind>,
) -> Result<Reply, Reply> {
    let (vendor, index) = named::device(world, request)?;
    let id = target.command.as_deref().unwrap_or_default();
    let cancelled = {
        let mut state = world.lock();
        let delay_ms = i64::from(state.options.enos_cancel_delay_ms);
        let device = world.device(&mut state, vendor, index);
        device.place_of(id).map(|place| {
            if fault == Some(&FaultKind::GoesOutFirst) {
                device.send_now(place);
            }
            let accepted = device.cancel(place, world.clock.now_ms(), delay_ms, false, fault);
            let named = match fault {
                Some(FaultKind::AnotherCommand) => device.another(place),
                _ => place,
            };
            device.commands.get(named).filter(|_| accepted).cloned()
        })
    };
    match cancelled {
        None => Err(errors::does_not_exist(world, "command")),
        Some(None) => Err(nothing_cached(world, id)),
        Some(Some(command)) => Ok(shown_as_created(world, index, &[command])),
    }
}

pub(super) fn all(
    world: &World,
    request: &Request,
    fault: Option<&FaultKind>,
) -> Result<Reply, Reply> {
    let (vendor, index) = named::device(world, request)?;
    if world.lock().options.enos_cancel_all == CancelAll::Refused {
        return Err(errors::invalid(world, "commandId", json!(null)));
    }
    let cancelled: Vec<Command> = {
        let mut state = world.lock();
        let delay_ms = i64::from(state.options.enos_cancel_delay_ms);
        let device = world.device(&mut state, vendor, index);
        let mut cached: Vec<usize> = device.newest_first();
        cached.retain(|place| device.can_cancel(*place));
        if fault == Some(&FaultKind::GoesOutFirst)
            && let Some(head) = cached.pop()
        {
            device.send_now(head);
        }
        cached
            .into_iter()
            .filter(|place| device.cancel(*place, world.clock.now_ms(), delay_ms, true, fault))
            .collect::<Vec<_>>()
            .into_iter()
            .filter_map(|place| device.commands.get(place).cloned())
            .collect()
    };
    if cancelled.is_empty() {
        return Err(nothing_cached(world, &world.identity.asset_id(index)));
    }
    Ok(shown_as_created(world, index, &cancelled))
}

fn shown_as_created(world: &World, index: u32, commands: &[Command]) -> Reply {
    let device = WireDevice::of(&world.identity, index);
    let data: Vec<WireCommand<'_>> = commands
        .iter()
        .map(|command| device.command(command).shown_as_created())
        .collect();
    envelope::ok(world, data)
}

/// What this is answered with is not documented, so it can be chosen. A sibling of this API answers with an error.
fn nothing_cached(world: &World, of: &str) -> Reply {
    let answer = world.lock().options.enos_not_cached.clone();
    let parts: Vec<u64> = of.bytes().map(u64::from).collect();
    match answer {
        NotCached::Either if mix(&[world.identity.seed(), 93, mix(&parts)]).is_multiple_of(2) => {
            envelope::ok(world, json!([]))
        }
        NotCached::Either => envelope::error(world, 99_400, "the command is not cached"),
        NotCached::Empty => envelope::ok(world, json!([])),
        NotCached::Error { code, msg } => envelope::error(world, code, &msg),
    }
}
