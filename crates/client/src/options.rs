//! How long and how hard to try.

use std::time::Duration;

/// How long requests may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timeouts {
    /// One attempt, from connecting to the end of the answer.
    pub attempt: Duration,
    /// All attempts of one request together, the waits between them included.
    pub retry_budget: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            attempt: Duration::from_secs(15),
            retry_budget: Duration::from_secs(30),
        }
    }
}

/// How a run goes about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RunOptions {
    /// How many cancels are under way at once, and on how many devices; at least 1.
    pub concurrency: usize,
    /// How long a cancel that was taken is read again until it settles. At least one reading is always made.
    pub verify_for: Duration,
    /// How much longer one that was taken, and that the vendor does not report cancelled by then, is read again:
    /// an alarm is raised when it goes to its device all the same. Zero: not at all.
    pub watch_for: Duration,
    /// After so many cancels in a row that failed without the vendor refusing them, the run stops by itself; not
    /// before twice as many as are under way at once.
    pub most_failures_in_a_row: u32,
}

impl Default for RunOptions {
    fn default() -> Self {
        Self {
            concurrency: 8,
            verify_for: Duration::from_secs(15),
            watch_for: Duration::ZERO,
            most_failures_in_a_row: 20,
        }
    }
}
