//! How long a queue waits for what.

use std::time::Duration;

use crate::RunOptions;

/// One of the vendors advises to wait so long before reading what was changed.
const SHOWN_AFTER: Duration = Duration::from_secs(2);

/// How long a queue waits for what.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Schedule {
    /// From the latest answer to the first reading; doubles from reading to reading.
    pub(crate) first_wait: Duration,
    /// The longest wait between two readings.
    pub(crate) longest_wait: Duration,
    /// How long a vendor may take to show what became of a cancel.
    pub(crate) time_to_show: Duration,
    /// How long a cancel that was taken is read again.
    pub(crate) verify_for: Duration,
    /// How much longer one that was taken and does not show is watched.
    pub(crate) watch_for: Duration,
    /// The longest wait between two readings while watching.
    pub(crate) longest_watch_wait: Duration,
}

impl Schedule {
    pub(crate) fn of(options: &RunOptions) -> Self {
        Self {
            first_wait: Duration::from_millis(500),
            longest_wait: Duration::from_secs(4),
            time_to_show: SHOWN_AFTER.min(options.verify_for / 4),
            verify_for: options.verify_for,
            watch_for: options.watch_for,
            longest_watch_wait: Duration::from_secs(20),
        }
    }
}
