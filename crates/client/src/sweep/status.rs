//! How far a sweep is.

use std::time::Duration;

/// How far a sweep is. What it found is in the [`Progress`](crate::Progress) of its run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct SweepStatus {
    /// How many devices are known.
    pub devices: usize,
    /// Whether these are all devices.
    pub all_known: bool,
    /// How many were looked at.
    pub looked_at: usize,
    /// How many could not be looked at, and are not tried again by this run.
    pub failed: usize,
    /// How many had something that matches.
    pub matching: usize,
    /// How long the rest takes at least, once that can be estimated.
    pub time_left: Option<Duration>,
}

impl SweepStatus {
    /// Returns how many of the known devices are still to be looked at.
    pub fn left(&self) -> usize {
        self.devices.saturating_sub(self.looked_at + self.failed)
    }
}
