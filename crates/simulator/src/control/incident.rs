//! A wrong command that has just gone to every device.

use crate::control::actions::ControlError;
use crate::control::orders::{AddCommands, Filled, Incident};
use crate::fleet::Provider;
use crate::fleet::presence::Presence;
use crate::rng::Rng;
use crate::world::World;

/// The longest absence.
const LONGEST_MS: f64 = 30.0 * 24.0 * 3_600_000.0;

impl World {
    /// Sends a command to every device of a provider, some of which are out of reach.
    pub(crate) fn incident(&self, order: &Incident) -> Result<Filled, ControlError> {
        if order.offline_percent > 100 {
            return Err(ControlError::new("offline_percent: 100 at most".to_owned()));
        }
        if order.tail_percent <= 100 {
            return Err(ControlError::new("tail_percent: more than 100".to_owned()));
        }
        let now_ms = self.clock.now_ms();
        let provider = order.provider;
        let every_device = match provider {
            Provider::Applivery => "applivery:*",
            Provider::Enos => "enos:*",
        };
        let mut waiting = 0;
        {
            let mut state = self.lock();
            for index in 0..self.identity.devices() {
                let mut rng = Rng::of(&[order.seed, 101, provider as u64, u64::from(index)]);
                let device = self.device(&mut state, provider, index);
                device.presence = if rng.chance(u64::from(order.offline_percent)) {
                    waiting += 1;
                    absence(&mut rng, order, now_ms)
                } else {
                    Presence::Always
                };
            }
        }
        let added = self.add_commands(&AddCommands {
            kind: Some(order.kind.clone()),
            ttl_s: order.ttl_s,
            ..AddCommands::to(every_device)
        })?;
        Ok(Filled {
            devices: self.identity.devices(),
            commands: added.len() as u64,
            waiting,
        })
    }
}

/// An absence that is under way, of devices that come and go: absences are distributed as a power of their length, and at
/// any moment one is the likelier to be under way the longer it is. How far it has got says nothing more.
fn absence(rng: &mut Rng, order: &Incident, now_ms: i64) -> Presence {
    let shortest_ms = f64::from(order.shortest_s.max(1)) * 1_000.0;
    let power = f64::from(order.tail_percent) / 100.0 - 1.0;
    let length_ms = (shortest_ms * unit(rng).powf(-1.0 / power)).min(LONGEST_MS);
    let gone_ms = (length_ms * unit(rng)) as i64;
    let from_ms = now_ms - gone_ms;
    Presence::Away {
        from_ms,
        until_ms: from_ms + length_ms as i64,
    }
}

/// A number above 0 and up to 1.
fn unit(rng: &mut Rng) -> f64 {
    let draw = u32::try_from(rng.next() >> 32).unwrap_or(u32::MAX);
    (f64::from(draw) + 1.0) / (f64::from(u32::MAX) + 1.0)
}
