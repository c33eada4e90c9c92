//! `GET .../devices/{emmDeviceId}/commands`, `GET .../{emmCommandId}` and `POST .../cancel`.

use http::StatusCode;
use serde_json::{Value, json};

use crate::applivery::paging::Paging;
use crate::applivery::{envelope, wire};
use crate::options::AppliveryCancelAnswer;
use crate::server::call::Call;
use crate::server::reply::Reply;

pub(super) fn list(call: Call<'_>) -> Result<Reply, Reply> {
    let (provider, index) = call.target.device.ok_or_else(envelope::entity_not_found)?;
    let paging = Paging::of(call)?;
    let mut state = call.world.lock();
    let device = call.world.device(&mut state, provider, index);
    let mut places = device.newest_first();
    if !paging.newest_first {
        places.reverse();
    }
    Ok(paging.answer(call, places.len(), |at| {
        let command = device.commands.get_mut(*places.get(at)?)?;
        command.shown(call.fault);
        Some(wire::command(&call.world.identity, index, command))
    }))
}

pub(super) fn get(call: Call<'_>) -> Result<Reply, Reply> {
    let not_found = envelope::entity_not_found;
    let (provider, index) = call.target.device.ok_or_else(not_found)?;
    let id = call.target.command.as_deref().ok_or_else(not_found)?;
    let mut state = call.world.lock();
    let device = call.world.device(&mut state, provider, index);
    let (_, shown) = device.requested(id, call.fault).ok_or_else(not_found)?;
    let command = device.commands.get_mut(shown).ok_or_else(not_found)?;
    command.shown(call.fault);
    let command = wire::command(&call.world.identity, index, command);
    Ok(envelope::ok(&command))
}

/// An accepted cancel takes the command out of the device's queue at once, and shows a little later.
/// Faults decide whether it takes effect at all.
pub(super) fn cancel(call: Call<'_>) -> Result<Reply, Reply> {
    let not_found = envelope::entity_not_found;
    let (provider, index) = call.target.device.ok_or_else(not_found)?;
    let id = call.target.command.as_deref().ok_or_else(not_found)?;
    let mut state = call.world.lock();
    let options = state.options.clone();
    let device = call.world.device(&mut state, provider, index);
    let (place, shown) = device.requested(id, call.fault).ok_or_else(not_found)?;
    let now_ms = call.world.clock.now_ms();
    let delay_ms = i64::from(options.applivery_cancel_delay_ms);
    if !device.cancel(place, now_ms, delay_ms, false, call.fault) {
        return Err(envelope::not_pending());
    }
    let command = device.commands.get(shown).ok_or_else(not_found)?;
    let mut data = wire::command(&call.world.identity, index, command);
    match options.applivery_cancel_answer {
        AppliveryCancelAnswer::Pending => {}
        AppliveryCancelAnswer::Published => as_published(&mut data),
        AppliveryCancelAnswer::CanceledOk => data = json!({"canceled": "OK"}),
        AppliveryCancelAnswer::Empty => return Ok(Reply::empty(StatusCode::NO_CONTENT)),
    }
    Ok(envelope::ok(&data))
}

/// The published example of this answer says PENDING and done at once: a contradiction, which a
/// client must not read as "cancelled".
fn as_published(data: &mut Value) {
    for operation in ["config", "_config"] {
        if let Some(done) = data
            .get_mut(operation)
            .and_then(|config| config.get_mut("done"))
        {
            *done = Value::Bool(true);
        }
    }
}
