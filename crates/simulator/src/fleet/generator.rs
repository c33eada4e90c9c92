//! Makes the devices of the fleet, and the commands that keep coming.

use crate::fleet::Provider;
use crate::fleet::device::{Arrivals, Device, ENOS_QUEUE, NewCommand};
use crate::fleet::identity::Identity;
use crate::fleet::{applivery, enos};

/// Beyond this many commands, a device forgets its oldest ended ones, so that a demonstration can
/// run for weeks.
const KEPT: usize = 400;

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;

/// Makes a device as it is at the start.
pub(crate) fn generate(
    provider: Provider,
    index: u32,
    identity: &Identity,
    start_ms: i64,
    traffic: bool,
) -> Device {
    let (mut device, past_of_second, pending_of_first, most_pending) = match provider {
        Provider::Applivery => (
            applivery::empty_device(identity, index, start_ms),
            130,
            4,
            3,
        ),
        Provider::Enos => (enos::empty_device(identity, index, start_ms), 120, 6, 4),
    };
    let past = match index {
        1 => past_of_second,
        _ => device.rng.between(2, 24),
    };
    let mut created_ms = start_ms - past * 31 * HOUR - HOUR;
    for _ in 0..past {
        created_ms += device.rng.between(5 * HOUR, 31 * HOUR);
        let new = draw(&mut device, created_ms.min(start_ms - 2 * HOUR));
        device.add_past(identity, new);
    }
    let pending = match index {
        0 => pending_of_first,
        1 | 2 => 3,
        _ => device.rng.between(0, most_pending),
    };
    for place in 0..pending {
        let age_ms = (pending - place) * MINUTE + device.rng.between(0, 30_000);
        let mut new = draw(&mut device, start_ms - age_ms);
        match provider {
            Provider::Applivery => applivery::adjust_pending(&mut new, index, place),
            Provider::Enos => enos::adjust_pending(&mut new, index, place),
        }
        device.add(identity, new);
    }
    if traffic {
        device.arrivals = Arrivals::of(&mut device.rng, start_ms);
    }
    device
}

/// The next command arrives.
pub(crate) fn arrive(device: &mut Device, identity: &Identity, at_ms: i64) {
    let Some(mut arrivals) = device.arrivals else {
        return;
    };
    let pause = device
        .rng
        .between(arrivals.mean_ms / 2, arrivals.mean_ms * 3 / 2);
    arrivals.next_ms = at_ms + pause.max(1);
    device.arrivals = Some(arrivals);
    // The provider refuses a command that the queue has no room for. It is not retried.
    if device.provider == Provider::Enos && device.cached() >= ENOS_QUEUE {
        return;
    }
    forget_the_oldest(device);
    let new = draw(device, at_ms);
    let place = device.add(identity, new);
    if let Some(command) = device.commands.get_mut(place) {
        command.touched = true;
    }
    device.fail_unreachable(place, at_ms);
}

/// Draws a new command.
pub(crate) fn draw(device: &mut Device, created_ms: i64) -> NewCommand {
    match device.provider {
        Provider::Applivery => applivery::draw(device, created_ms),
        Provider::Enos => enos::draw(device, created_ms),
    }
}

fn forget_the_oldest(device: &mut Device) {
    let excess = device.commands.len().saturating_sub(KEPT);
    if excess == 0 {
        return;
    }
    let mut left = excess;
    device.commands.retain(|command| {
        // A command that met a cancel stays, so that the ledger can show what became of it.
        let goes = left > 0 && command.state.is_over() && command.cancels.is_empty();
        left -= usize::from(goes);
        !goes
    });
    device.refresh_active();
}
