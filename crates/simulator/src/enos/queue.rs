//! The queue of one device: strict first-in first-out, the next goes out only after the one before
//! it has ended.

use crate::fleet::command::TrueState;
use crate::fleet::device::Device;

/// The command that goes out next, if nothing else is out.
fn head(device: &Device) -> Option<usize> {
    let mut head: Option<(i64, u32, usize)> = None;
    for &place in &device.active {
        let command = device.commands.get(place)?;
        if command.state == TrueState::Sent {
            return None;
        }
        // An accepted cancel has taken it out of the queue, so it does not block the others.
        if command.waits_in_line() {
            let key = (command.created_ms, command.number, place);
            head = Some(head.map_or(key, |least| least.min(key)));
        }
    }
    head.map(|(_, _, place)| place)
}

/// When the head goes to the device.
pub(crate) fn next_issue(device: &Device) -> Option<i64> {
    let command = device.commands.get(head(device)?)?;
    if command.held {
        return None;
    }
    if command.ttl_ms == 0 {
        return Some(command.created_ms.max(device.cursor_ms));
    }
    device
        .presence
        .next_from(command.created_ms.max(device.cursor_ms))
}

/// The head goes to the device; an instant one that does not find it fails.
pub(crate) fn issue(device: &mut Device, at_ms: i64) {
    let Some(place) = head(device) else { return };
    if !device.fail_unreachable(place, at_ms)
        && let Some(command) = device.commands.get_mut(place)
    {
        command.send(at_ms);
    }
}
