//! New commands that keep coming, for a demonstration.

use crate::fleet::Vendor;
use crate::fleet::device::{Device, ENOS_QUEUE, NewCommand};
use crate::fleet::identity::Identity;
use crate::rng::Rng;

/// Beyond this many commands, a device forgets its oldest ended ones, so that a demonstration can
/// run for weeks.
const KEPT: usize = 400;

#[derive(Clone, Copy, Debug)]
pub(crate) struct Arrivals {
    pub(crate) next_ms: i64,
    mean_ms: i64,
}

impl Arrivals {
    /// About every other device gets new commands, each at a pace of its own.
    pub(crate) fn of(rng: &mut Rng, start_ms: i64) -> Option<Self> {
        let mean_ms = rng.between(20_000, 300_000);
        let first = rng.between(1_000, mean_ms);
        rng.chance(50).then_some(Self {
            next_ms: start_ms + first,
            mean_ms,
        })
    }
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
        Vendor::Applivery => super::applivery::draw(device, at_ms),
        Vendor::Enos => super::enos::draw(device, at_ms),
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
