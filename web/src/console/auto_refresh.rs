//! Auto-refresh: reading again at intervals.

use leptos::prelude::*;

use super::{reader::Reader, run::RunStore, store_signal::StoreSignal, table::TableStore};
use crate::platform::{clock, visible};

/// The intervals to choose from, in seconds. Zero: the devices are read when somebody asks for it.
pub const INTERVALS: [u32; 5] = [0, 5, 15, 60, 300];

/// The least number of seconds between two readings, for each device, so that a large fleet does not use up what
/// a provider allows in an hour (Applivery: 10,000 requests).
const PER_DEVICE: f64 = 0.4;

/// After each failure the wait doubles, at most this many times.
const DOUBLINGS: u32 = 4;

/// Auto-refresh. Copies are the same.
#[derive(Clone, Copy)]
pub struct AutoRefresh {
    table: TableStore,
    run: RunStore,
    reader: Reader,
    /// The interval in seconds. Zero: off.
    pub interval: StoreSignal<u32>,
    failures: StoredValue<u32>,
    /// When the last reading began, in milliseconds since the page was loaded.
    tried: StoredValue<f64>,
}

impl AutoRefresh {
    pub(super) fn new(table: TableStore, run: RunStore, reader: Reader) -> Self {
        Self {
            table,
            run,
            reader,
            interval: StoreSignal::new(0),
            failures: StoredValue::new(0),
            tried: StoredValue::new(0.0),
        }
    }

    /// Sets the interval in seconds. Zero: off.
    pub fn set_interval(self, seconds: u32) {
        self.interval.set(seconds);
    }

    /// Reads again when it is time, the page is visible and nothing else is under way. Called every second.
    pub fn tick(self) {
        let interval = self.interval.get_untracked();
        if interval == 0 || !visible::is_visible() || self.run.is_active_now() {
            return;
        }
        let (going, devices, failed, read_at) = self.table.fleet.with_untracked(|fleet| {
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
        let failures = if failed { self.failures.get_value() } else { 0 };
        let wait = f64::from(interval).max(devices as f64 * PER_DEVICE)
            * f64::from(1_u32 << failures.min(DOUBLINGS));
        let waited = read_at.map_or(wait, |at| {
            (clock::now().as_millis() - at.as_millis()) as f64 / 1000.0
        });
        let since_try = (clock::elapsed() - self.tried.get_value()) / 1000.0;
        if waited.min(since_try) >= wait {
            self.failures
                .set_value(if failed { failures + 1 } else { 0 });
            self.tried.set_value(clock::elapsed());
            self.reader.refresh();
        }
    }
}
