//! Reading again and again by itself.

use leptos::prelude::*;

use super::Console;
use crate::platform::{clock, visible};

/// How many seconds lie between two readings, to choose from; zero: it is read when it is asked for.
pub const EVERY: [u32; 5] = [0, 5, 15, 60, 300];

/// So many seconds a device lie between two readings at least, so that a large fleet does not use up what a vendor
/// allows in an hour (Applivery: 10,000 requests).
const PER_DEVICE: f64 = 0.4;

/// After each failure it waits twice as long, up to so many times.
const DOUBLINGS: u32 = 4;

impl Console {
    /// Called every second: reads again when it is time, somebody looks, and nothing else is under way.
    pub fn tick(self) {
        let every = self.live.get_untracked();
        if every == 0 || !visible::is_visible() || self.is_running_now() {
            return;
        }
        let (going, devices, failed, read_at) = self.fleet.with_untracked(|fleet| {
            (
                fleet.going(),
                fleet.len(),
                fleet.problems().next().is_some(),
                fleet.read_at(),
            )
        });
        if going > 0 || devices == 0 {
            return;
        }
        let fails = if failed { self.fails.get_value() } else { 0 };
        let wait = f64::from(every).max(devices as f64 * PER_DEVICE)
            * f64::from(1_u32 << fails.min(DOUBLINGS));
        let waited = read_at.map_or(wait, |at| {
            (clock::now().as_millis() - at.as_millis()) as f64 / 1000.0
        });
        let since_try = (clock::elapsed() - self.tried.get_value()) / 1000.0;
        if waited.min(since_try) >= wait {
            self.fails.set_value(if failed { fails + 1 } else { 0 });
            self.tried.set_value(clock::elapsed());
            self.refresh();
        }
    }
}
