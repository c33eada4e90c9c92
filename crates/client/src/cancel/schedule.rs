//! The times that a queue waits.

use std::time::Duration;

use crate::RunOptions;

/// How long one provider advises to wait before reading a change.
const SHOWN_AFTER: Duration = Duration::from_secs(2);

/// The times that a queue waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Schedule {
    /// From the latest response to the first reading. It doubles with each reading.
    pub(crate) first_wait: Duration,
    /// The longest wait between two readings.
    pub(crate) longest_wait: Duration,
    /// How long a provider may take to show the effect of a cancel.
    pub(crate) time_to_show: Duration,
    /// How long an accepted cancel is read again.
    pub(crate) verify_for: Duration,
    /// How much longer an accepted cancel without a visible effect is watched.
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
