//! An EnOS device as it is at the start.

use crate::fleet::Provider;
use crate::fleet::device::{Device, NewCommand};
use crate::fleet::identity::Identity;
use crate::fleet::names::Product;
use crate::fleet::presence::Presence;
use crate::rng::Rng;

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
/// `pendingTtl` in seconds: instant ones, and cached ones up to the documented maximum.
const TTLS: &[i64] = &[0, 600, 3_600, 6_000, 21_600, 86_400, 172_800];

/// A device without commands.
pub(crate) fn empty_device(identity: &Identity, index: u32, start_ms: i64) -> Device {
    let mut rng = Rng::of(&[identity.seed(), 61, u64::from(index)]);
    let presence = presence(&mut rng, index, start_ms);
    Device::new(Provider::Enos, index, presence, start_ms, rng)
}

/// An instant command waits behind others only, and was given when the device could be reached.
pub(crate) fn adjust_pending(new: &mut NewCommand, index: u32, place: i64) {
    let waits_instantly = new.ttl_ms == 0 && place > 0 && index >= 3;
    if !waits_instantly {
        let least_ms = if index < 3 { 6 * HOUR } else { 10 * MINUTE };
        new.ttl_ms = new.ttl_ms.max(least_ms);
    }
}

/// The first three are out of reach for an hour, so that what waits for them stays put.
fn presence(rng: &mut Rng, index: u32, start_ms: i64) -> Presence {
    if index < 3 {
        return Presence::Windows {
            first_ms: start_ms + HOUR,
            every_ms: 6 * HOUR,
            lasts_ms: 2 * HOUR,
        };
    }
    match rng.below(10) {
        0..4 => Presence::Always,
        4..8 => {
            let every_ms = rng.between(10, 90) * MINUTE;
            let first_ms = start_ms + rng.between(0, every_ms);
            Presence::Windows {
                first_ms,
                every_ms,
                lasts_ms: every_ms / 6,
            }
        }
        _ => Presence::Never,
    }
}

/// When a device can be reached, without making the device.
pub(crate) fn presence_of(identity: &Identity, index: u32, start_ms: i64) -> Presence {
    presence(
        &mut Rng::of(&[identity.seed(), 61, u64::from(index)]),
        index,
        start_ms,
    )
}

pub(crate) fn draw(device: &mut Device, created_ms: i64) -> NewCommand {
    let features = Product::of(device.index).features();
    let kind = device
        .rng
        .pick(features)
        .map_or("reset_fault", |feature| feature.tsl);
    NewCommand {
        kind: kind.to_owned(),
        created_ms,
        ttl_ms: device.rng.pick(TTLS).copied().unwrap_or(600) * 1_000,
    }
}
