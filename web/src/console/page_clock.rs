//! The time as the views show it.

use super::store_signal::StoreSignal;
use crate::platform::clock;
use countermand_core_model::Timestamp;

/// The time from which ages are counted. It moves every few seconds and with every reading. Copies are the
/// same clock.
#[derive(Clone, Copy)]
pub struct PageClock {
    /// The time.
    pub now: StoreSignal<Timestamp>,
}

impl PageClock {
    pub(super) fn new() -> Self {
        Self {
            now: StoreSignal::new(clock::now()),
        }
    }

    /// Moves to the present.
    pub fn tick(self) {
        self.now.set(clock::now());
    }
}
