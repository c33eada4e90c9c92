//! An Applivery device as it is at the start.

use crate::fleet::Provider;
use crate::fleet::device::{Device, NewCommand};
use crate::fleet::identity::Identity;
use crate::fleet::names::APPLIVERY_KINDS;
use crate::fleet::presence::Presence;
use crate::rng::Rng;

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
/// Validities in seconds; ten minutes is the default of the system underneath.
const VALIDITIES: &[i64] = &[600, 600, 3_600, 7_200, 86_400];

/// A device without commands.
pub(crate) fn empty_device(identity: &Identity, index: u32, start_ms: i64) -> Device {
    let mut rng = Rng::of(&[identity.seed(), 51, u64::from(index)]);
    let polls = presence(&mut rng, index, start_ms);
    let mut device = Device::new(Provider::Applivery, index, polls, start_ms, rng);
    // Some take their time to notice that a command is past its validity.
    if index % 7 == 5 {
        device.expiry_lag_ms = 5 * MINUTE;
    }
    device
}

/// It asks for its commands at regular times, the first three for the first time after an hour.
fn presence(rng: &mut Rng, index: u32, start_ms: i64) -> Presence {
    let every_ms = rng.between(3, 45) * MINUTE;
    let first = if index < 3 {
        HOUR
    } else {
        rng.between(MINUTE, every_ms)
    };
    Presence::Windows {
        first_ms: start_ms + first,
        every_ms,
        lasts_ms: 0,
    }
}

/// When a device can be reached, without making the device.
pub(crate) fn presence_of(identity: &Identity, index: u32, start_ms: i64) -> Presence {
    let mut rng = Rng::of(&[identity.seed(), 51, u64::from(index)]);
    presence(&mut rng, index, start_ms)
}

/// Makes a pending command of the first devices stay valid. Two of device 0 hold secrets, so that whoever tries
/// the simulator sees that they stay hidden.
pub(crate) fn adjust_pending(new: &mut NewCommand, index: u32, place: i64) {
    if index < 3 {
        new.ttl_ms = new.ttl_ms.max(2 * HOUR);
    }
    match (index, place) {
        (0, 0) => new.kind = "LOCK".to_owned(),
        (0, 1) => new.kind = "RESET_PASSWORD".to_owned(),
        (0, 2) => new.kind = "ADD_ESIM".to_owned(),
        _ => {}
    }
}

pub(crate) fn draw(device: &mut Device, created_ms: i64) -> NewCommand {
    NewCommand {
        kind: device
            .rng
            .pick(APPLIVERY_KINDS)
            .copied()
            .unwrap_or("LOCK")
            .to_owned(),
        created_ms,
        ttl_ms: device.rng.pick(VALIDITIES).copied().unwrap_or(600) * 1_000,
    }
}
