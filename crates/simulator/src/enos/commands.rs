//! `commands?action=search` (newest first), `action=get` and `action=cancel` of one command or of all.

use serde_json::{Value, json};

use crate::enos::expression::{Expression, Field, Language};
use crate::enos::paging::Search;
use crate::enos::wire::{WireCommand, WireDevice};
use crate::enos::{access, envelope, wire};
use crate::faults::FaultKind;
use crate::fleet::command::Command;
use crate::options::{CancelAll, NotCached};
use crate::rng::mix;
use crate::server::call::Call;
use crate::server::reply::Reply;
use crate::world::World;

/// The largest page. It can be larger than the recommended 50; the limit is not documented.
const MOST: usize = 1_000;

pub(super) fn search(call: Call<'_>) -> Result<Reply, Reply> {
    let (provider, index) = access::device(call)?;
    let search = Search::of(call, MOST)?;
    let expression = search.expression(call, Expression::COMMAND_FIELDS)?;
    let holds = |command: &Command| {
        expression.holds(|field| match field {
            Field::State => json!(wire::state(command)),
            Field::CreateTime => json!(command.created_ms),
            Field::CommandName(Language::Default) => json!(wire::name(command)),
            Field::CommandName(Language::Chinese) => json!(wire::chinese_name(command)),
            _ => Value::Null,
        })
    };
    let (page, total) = {
        let mut state = call.world.lock();
        let device = call.world.device(&mut state, provider, index);
        let mut places = device.newest_first();
        places.retain(|place| device.commands.get(*place).is_some_and(holds));
        let page: Vec<Command> = search
            .range(call, places.len())
            .filter_map(|at| {
                let command = device.commands.get_mut(*places.get(at)?)?;
                command.shown(call.fault);
                Some(command.clone())
            })
            .collect();
        (page, places.len())
    };
    let device = WireDevice::of(&call.world.identity, index);
    let data: Vec<_> = page
        .iter()
        .map(|command| search.projected(device.command(command)))
        .collect();
    let pagination = search.pagination(total, call.fault);
    Ok(envelope::page(call.world, data, pagination))
}

pub(super) fn get(call: Call<'_>) -> Result<Reply, Reply> {
    let (provider, index) = access::device(call)?;
    let Some(id) = call.target.command.as_deref() else {
        return Err(envelope::invalid(call.world, "commandId", json!(null)));
    };
    let command = {
        let mut state = call.world.lock();
        let device = call.world.device(&mut state, provider, index);
        device.requested(id, call.fault).and_then(|(_, shown)| {
            let command = device.commands.get_mut(shown)?;
            command.shown(call.fault);
            Some(command.clone())
        })
    };
    let command = command.ok_or_else(|| envelope::does_not_exist(call.world, "command"))?;
    let device = WireDevice::of(&call.world.identity, index);
    Ok(envelope::ok(call.world, device.command(&command)))
}

pub(super) fn cancel(call: Call<'_>) -> Result<Reply, Reply> {
    let (provider, index) = access::device(call)?;
    let id = call.target.command.as_deref().unwrap_or_default();
    let cancelled = {
        let mut state = call.world.lock();
        let delay_ms = i64::from(state.options.enos_cancel_delay_ms);
        let device = call.world.device(&mut state, provider, index);
        device.requested(id, call.fault).map(|(place, shown)| {
            let now_ms = call.world.clock.now_ms();
            let accepted = device.cancel(place, now_ms, delay_ms, false, call.fault);
            device.commands.get(shown).filter(|_| accepted).cloned()
        })
    };
    match cancelled {
        None => Err(envelope::does_not_exist(call.world, "command")),
        Some(None) => Err(nothing_cached(call.world, id)),
        Some(Some(command)) => Ok(shown_as_created(call.world, index, &[command])),
    }
}

pub(super) fn cancel_all(call: Call<'_>) -> Result<Reply, Reply> {
    let (provider, index) = access::device(call)?;
    if call.world.lock().options.enos_cancel_all == CancelAll::Refused {
        return Err(envelope::invalid(call.world, "commandId", json!(null)));
    }
    let cancelled: Vec<Command> = {
        let mut state = call.world.lock();
        let delay_ms = i64::from(state.options.enos_cancel_delay_ms);
        let device = call.world.device(&mut state, provider, index);
        let mut cached = device.newest_first();
        cached.retain(|place| device.can_cancel(*place));
        if call.meets(&FaultKind::GoesOutFirst)
            && let Some(head) = cached.pop()
        {
            device.send_now(head);
        }
        let now_ms = call.world.clock.now_ms();
        cached.retain(|place| device.cancel(*place, now_ms, delay_ms, true, call.fault));
        let commands = cached
            .iter()
            .filter_map(|place| device.commands.get(*place));
        commands.cloned().collect()
    };
    if cancelled.is_empty() {
        let asset_id = call.world.identity.asset_id(index);
        return Err(nothing_cached(call.world, &asset_id));
    }
    Ok(shown_as_created(call.world, index, &cancelled))
}

fn shown_as_created(world: &World, index: u32, commands: &[Command]) -> Reply {
    let device = WireDevice::of(&world.identity, index);
    let data: Vec<WireCommand<'_>> = commands
        .iter()
        .map(|command| device.command(command).shown_as_created())
        .collect();
    envelope::ok(world, data)
}

/// The answer to a cancel of nothing is not documented, so it can be chosen. A sibling of this API answers with an
/// error.
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
