//! The time as the views show it.

use countermand_core_model::Timestamp;
use leptos::prelude::*;

use super::store_signal::StoreSignal;
use crate::platform::clock;

/// The time from which ages are counted. It moves every few seconds and with every reading. Copies are the
/// same clock.
#[derive(Clone, Copy)]
pub struct PageClock(StoreSignal<Timestamp>);

impl PageClock {
    pub(super) fn new() -> Self {
        Self(StoreSignal::new(clock::now()))
    }

    /// Returns the time.
    pub fn now(self) -> ReadSignal<Timestamp> {
        self.0.read_only()
    }

    /// Moves to the present.
    pub fn tick(self) {
        self.0.set(clock::now());
    }
}
