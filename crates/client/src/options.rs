//! Options for requests and runs.

use std::time::Duration;

/// How long requests may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timeouts {
    /// One attempt, from connecting to the end of the response.
    pub attempt: Duration,
    /// All attempts of one request, including the waits between them.
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

/// The options of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RunOptions {
    /// How many cancels are sent at once, and on how many devices; at least 1.
    pub concurrency: usize,
    /// How long an accepted cancel is read until it settles. At least one reading is made.
    pub verify_for: Duration,
    /// How much longer an accepted cancel is read if it was not reported cancelled by then, with an alarm if the
    /// command is delivered all the same. Zero for not at all.
    pub watch_for: Duration,
    /// After how many failed cancels in a row, which the provider did not refuse, the run stops; at least twice as
    /// many as are sent at once.
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
