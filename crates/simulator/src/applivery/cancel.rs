//! `POST .../commands/{emmCommandId}/cancel`.
//!
//! An accepted cancel takes the command out of what the device is given, and shows a little later;
//! that it takes effect at all is what the faults about cancels change.

use http::StatusCode;
use serde_json::{Value, json};

use crate::applivery::{errors, wire};
use crate::faults::FaultKind;
use crate::faults::rules::Target;
use crate::options::AppliveryCancelAnswer;
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
    let options = state.options.clone();
    let device = world.device(&mut state, vendor, index);
    let place = device.place_of(id).ok_or_else(errors::entity_not_found)?;
    if fault == Some(&FaultKind::GoesOutFirst) {
        device.send_now(place);
    }
    let now_ms = world.clock.now_ms();
    let delay_ms = i64::from(options.applivery_cancel_delay_ms);
    if !device.cancel(place, now_ms, delay_ms, false, fault) {
        return Err(errors::not_pending());
    }
    let named = match fault {
        Some(FaultKind::AnotherCommand) => device.another(place),
        _ => place,
    };
    let command = device
        .commands
        .get(named)
        .ok_or_else(errors::entity_not_found)?;
    let mut data = wire::command(&world.identity, index, command);
    match options.applivery_cancel_answer {
        AppliveryCancelAnswer::Pending => {}
        AppliveryCancelAnswer::Published => as_published(&mut data),
        AppliveryCancelAnswer::CanceledOk => data = json!({"canceled": "OK"}),
        AppliveryCancelAnswer::Empty => return Ok(Reply::empty(StatusCode::NO_CONTENT)),
    }
    Ok(Reply::json(
        StatusCode::OK,
        &json!({"status": true, "data": data}),
    ))
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
