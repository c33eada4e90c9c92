//! A managed phone asks for its commands from time to time, and takes all pending ones.

use crate::fleet::device::Device;

/// When the device next asks while a command is pending.
pub(crate) fn next_poll(device: &Device) -> Option<i64> {
    let oldest_ms = device
        .active
        .iter()
        .filter_map(|place| device.commands.get(*place))
        .filter(|command| command.waits_in_line() && !command.held)
        .map(|command| command.created_ms)
        .min()?;
    device.presence.next_from(oldest_ms.max(device.cursor_ms))
}

/// The device asks for its commands.
pub(crate) fn poll(device: &mut Device, at_ms: i64) {
    for place in &device.active {
        if let Some(command) = device.commands.get_mut(*place)
            && command.waits_in_line()
            && !command.held
            && command.created_ms <= at_ms
        {
            command.send(at_ms);
        }
    }
}
