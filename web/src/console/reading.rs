//! Reading devices, a few at once.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, PoisonError},
};

use countermand_core_model::DeviceRef;
use leptos::prelude::*;

use super::Console;
use crate::{
    platform::{clock, focus},
    state::{fleet::AT_ONCE, problem::Problem},
    text,
};

impl Console {
    /// Reads every device again.
    pub fn refresh(self) {
        self.read(self.fleet.with_untracked(|fleet| fleet.refs()));
    }

    /// Reads again the devices that could not be read.
    pub fn retry_failed(self) {
        let failed = self.fleet.with_untracked(|fleet| {
            fleet
                .problems()
                .map(|(chosen, _)| chosen.device.clone())
                .collect()
        });
        self.read(failed);
    }

    /// Reads these devices, [`AT_ONCE`] at a time.
    pub fn read(self, devices: Vec<DeviceRef>) {
        if devices.is_empty() {
            return;
        }
        self.fleet
            .update(|fleet| devices.iter().for_each(|device| fleet.reading(device)));
        let count = devices.len();
        let queue = Arc::new(Mutex::new(VecDeque::from(devices)));
        for _ in 0..AT_ONCE.min(count) {
            let (queue, client) = (queue.clone(), self.client());
            self.spawn(async move {
                loop {
                    let next = queue
                        .lock()
                        .unwrap_or_else(PoisonError::into_inner)
                        .pop_front();
                    let Some(device) = next else { break };
                    // Taken out while it waited for its turn, it need not be read.
                    if self
                        .fleet
                        .with_untracked(|fleet| fleet.get(&device).is_none())
                    {
                        continue;
                    }
                    let listed = client.list(&device, None).await;
                    focus::kept_over("commands", || {
                        self.now.set(clock::now());
                        self.fleet.update(|fleet| match listed {
                            Ok(listing) => fleet.read(&device, listing, clock::now()),
                            Err(error) => fleet.failed(&device, Problem::of(&error)),
                        });
                    });
                }
                self.after_reading();
            });
        }
    }

    fn after_reading(self) {
        let (going, failed, waiting) = self.fleet.with_untracked(|fleet| {
            let waiting = fleet
                .devices()
                .iter()
                .map(|chosen| chosen.waiting())
                .sum::<usize>();
            (fleet.going(), fleet.problems().count(), waiting)
        });
        if going == 0 {
            self.prune();
            if self.run.with_untracked(Option::is_none) {
                self.say(text::table::read_all(waiting, failed));
            }
        }
    }
}
