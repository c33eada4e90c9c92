//! Fills the fleet with an exact number of commands, for measurements.

use crate::control::actions::ControlError;
use crate::control::orders::{FillFleet, Filled};
use crate::fleet::Provider;
use crate::fleet::device::{Device, ENOS_QUEUE};
use crate::fleet::generator::draw;
use crate::rng::Rng;
use crate::world::World;

const MINUTE_MS: i64 = 60_000;
const HOUR_MS: i64 = 60 * MINUTE_MS;
/// Pending commands stay valid for at least this long, so that nothing expires during a measurement.
const LEAST_LEFT_MS: i64 = 6 * HOUR_MS;

impl World {
    /// Replaces what the first devices of a provider have.
    pub(crate) fn fill_fleet(&self, order: &FillFleet) -> Result<Filled, ControlError> {
        let there_are = self.identity.devices();
        if order.devices > there_are {
            return Err(ControlError::new(format!(
                "devices: there are {there_are} only"
            )));
        }
        let most = match order.provider {
            Provider::Applivery => order.commands_per_device,
            Provider::Enos => u32::try_from(ENOS_QUEUE).unwrap_or(u32::MAX),
        };
        let waiting = order
            .waiting_per_device
            .unwrap_or_else(|| most.min(order.commands_per_device));
        if waiting > most || waiting > order.commands_per_device {
            return Err(ControlError::new(format!(
                "waiting_per_device: {} at most",
                most.min(order.commands_per_device)
            )));
        }
        let mut state = self.lock();
        for index in 0..order.devices {
            let device = self.device(&mut state, order.provider, index);
            self.fill(device, order, waiting);
        }
        let of = |per_device: u32| u64::from(order.devices) * u64::from(per_device);
        Ok(Filled {
            devices: order.devices,
            commands: of(order.commands_per_device),
            waiting: of(waiting),
        })
    }

    fn fill(&self, device: &mut Device, order: &FillFleet, waiting: u32) {
        let now_ms = self.clock.now_ms();
        device.commands.clear();
        device.active.clear();
        device.arrivals = None;
        device.rng = Rng::of(&[
            order.seed,
            71,
            order.provider as u64,
            u64::from(device.index),
        ]);
        // What has ended is added first: it is the older part, and takes no place among the active.
        for _ in waiting..order.commands_per_device {
            let age_ms = device.rng.between(49 * HOUR_MS, 30 * 24 * HOUR_MS);
            let new = draw(device, now_ms - age_ms);
            device.add_past(&self.identity, new);
        }
        for _ in 0..waiting {
            let age_ms = device.rng.between(MINUTE_MS, 20 * HOUR_MS);
            let mut new = draw(device, now_ms - age_ms);
            new.ttl_ms = new.ttl_ms.max(age_ms + LEAST_LEFT_MS);
            let place = device.add(&self.identity, new);
            if let Some(command) = device.commands.get_mut(place) {
                command.held = order.hold;
            }
        }
        for command in &mut device.commands {
            command.touched = true;
        }
    }
}
