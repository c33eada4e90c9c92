//! Makes the devices of the fleet, and the commands that keep coming.

use crate::fleet::Vendor;
use crate::fleet::arrivals::Arrivals;
use crate::fleet::device::{Device, ENOS_QUEUE, NewCommand};
use crate::fleet::identity::Identity;
use crate::fleet::{applivery, enos};

/// Beyond this many commands, a device forgets its oldest ended ones, so that a demonstration can
/// run for weeks.
const KEPT: usize = 400;

/// Makes a device as it is at the start.
pub(crate) fn generate(
    vendor: Vendor,
    index: u32,
    identity: &Identity,
    start_ms: i64,
    traffic: bool,
) -> Device {
    let mut device = match vendor {
        Vendor::Applivery => applivery::generate(identity, index, start_ms),
        Vendor::Enos => enos::generate(identity, index, start_ms),
    };
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
    // The vendor refuses a command that the queue has no room for; nobody here asks again.
    if device.vendor == Vendor::Enos && device.cached() >= ENOS_QUEUE {
        return;
    }
    forget_the_oldest(device);
    let new = match device.vendor {
        Vendor::Applivery => applivery::draw(device, at_ms),
        Vendor::Enos => enos::draw(device, at_ms),
    };
    let place = device.add(
        identity,
        NewCommand {
            created_ms: at_ms,
            ..new
        },
    );
    if let Some(command) = device.commands.get_mut(place) {
        command.touched = true;
    }
    device.fail_unreachable(place, at_ms);
}

fn forget_the_oldest(device: &mut Device) {
    let excess = device.commands.len().saturating_sub(KEPT);
    if excess == 0 {
        return;
    }
    let mut left = excess;
    device.commands.retain(|command| {
        // What somebody tried to cancel stays, so that the ledger can say what became of it.
        let goes = left > 0 && command.state.is_over() && command.cancels.is_empty();
        left -= usize::from(goes);
        !goes
    });
    device.refresh_active();
}
