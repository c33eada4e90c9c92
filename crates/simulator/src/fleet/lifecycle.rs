//! Advances a device to the present, event by event.

use crate::fleet::Provider;
use crate::fleet::command::{CancelEffect, TrueState};
use crate::fleet::device::Device;
use crate::fleet::generator;
use crate::fleet::identity::Identity;

/// What can happen to a device, in the order in which things of the same moment happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Event {
    /// An accepted cancel takes effect.
    Cancel(usize),
    Expire(usize),
    /// The device answers, or the wait for its answer ends.
    Answer(usize),
    /// The device can be given what waits for it.
    Send,
    Arrive,
}

/// Processes every event that is due.
pub(crate) fn advance(device: &mut Device, identity: &Identity, now_ms: i64) {
    while let Some((at_ms, event)) = next(device) {
        if at_ms > now_ms {
            break;
        }
        device.cursor_ms = device.cursor_ms.max(at_ms);
        happen(device, identity, at_ms, event);
    }
    device.cursor_ms = device.cursor_ms.max(now_ms);
}

fn next(device: &Device) -> Option<(i64, Event)> {
    let own = device.active.iter().filter_map(|&place| {
        let command = device.commands.get(place)?;
        match (command.state, command.cancel) {
            (TrueState::Pending, Some(cancel)) => Some((cancel.due_ms, Event::Cancel(place))),
            _ if command.held => None,
            (TrueState::Pending, None) if command.ttl_ms > 0 => Some((
                command.expires_ms() + device.expiry_lag_ms,
                Event::Expire(place),
            )),
            (TrueState::Sent, _) => Some((command.answer()?.0, Event::Answer(place))),
            _ => None,
        }
    });
    let send_ms = match device.provider {
        Provider::Applivery => crate::applivery::check_in::next_poll(device),
        Provider::Enos => crate::enos::queue::next_issue(device),
    };
    let arrival = device
        .arrivals
        .map(|arrivals| (arrivals.next_ms, Event::Arrive));
    own.chain(send_ms.map(|at_ms| (at_ms, Event::Send)))
        .chain(arrival)
        .min()
}

fn happen(device: &mut Device, identity: &Identity, at_ms: i64, event: Event) {
    match event {
        Event::Cancel(place) => cancel_takes_effect(device, place, at_ms),
        Event::Expire(place) => end(device, place, TrueState::Expired, at_ms),
        Event::Answer(place) => {
            let answer = device
                .commands
                .get(place)
                .and_then(super::command::Command::answer);
            if let Some((_, state)) = answer {
                end(device, place, state, at_ms);
            }
        }
        Event::Send => match device.provider {
            Provider::Applivery => crate::applivery::check_in::poll(device, at_ms),
            Provider::Enos => crate::enos::queue::issue(device, at_ms),
        },
        Event::Arrive => generator::arrive(device, identity, at_ms),
    }
}

fn end(device: &mut Device, place: usize, state: TrueState, at_ms: i64) {
    if let Some(command) = device.commands.get_mut(place) {
        command.end(state, at_ms);
    }
    device.active.retain(|active| *active != place);
}

fn cancel_takes_effect(device: &mut Device, place: usize, at_ms: i64) {
    let Some(command) = device.commands.get_mut(place) else {
        return;
    };
    let Some(cancel) = command.cancel else { return };
    match cancel.effect {
        CancelEffect::Cancelled => end(device, place, TrueState::Cancelled, at_ms),
        CancelEffect::Expired => end(device, place, TrueState::Expired, at_ms),
        CancelEffect::Executed => {
            command.held = false;
            command.send(at_ms);
        }
        CancelEffect::Nothing => command.cancel = None,
    }
}
