//! What can be chosen before a run: how long it is read again, and how long it is watched.

use std::time::Duration;

use countermand_client::RunOptions;
use countermand_relay_api::RunRequest;

/// What can be chosen, in seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RunChoices {
    /// How long a cancel that was taken is read again.
    pub verify: u64,
    /// How much longer one that is not confirmed by then is watched.
    pub watch: u64,
}

/// How long to read again, as it is offered.
pub const VERIFY: [u64; 5] = [5, 15, 60, 300, 900];
/// How long to watch, as it is offered.
pub const WATCH: [u64; 5] = [0, 60, 300, 900, 3_600];

/// So many cancels are under way at once. Each waits for two things, its journal and its answer, and a browser writes
/// a journal for all who wait at the same time: with the client's usual eight most of a run was waiting. How many
/// requests leave in a second is bounded elsewhere, by the provider's rate.
const CONCURRENCY: usize = 16;

impl Default for RunChoices {
    fn default() -> Self {
        let usual = RunOptions::default();
        Self {
            verify: usual.verify_for.as_secs(),
            watch: usual.watch_for.as_secs(),
        }
    }
}

impl RunChoices {
    /// The run's options.
    pub fn options(self) -> RunOptions {
        RunOptions {
            verify_for: Duration::from_secs(self.verify),
            watch_for: Duration::from_secs(self.watch),
            concurrency: CONCURRENCY,
            ..RunOptions::default()
        }
    }

    /// What the page's own server is told of them, with a plan.
    pub fn request(self, plan: String) -> RunRequest {
        RunRequest {
            plan,
            concurrency: u32::try_from(CONCURRENCY).ok(),
            verify_for: u32::try_from(self.verify).ok(),
            watch_for: u32::try_from(self.watch).ok(),
            ..RunRequest::default()
        }
    }

    /// Returns whether these are the defaults.
    pub fn is_usual(self) -> bool {
        self == Self::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_usual_is_the_clients_own_and_is_offered() {
        let usual = RunChoices::default();
        let options = RunOptions {
            concurrency: CONCURRENCY,
            ..RunOptions::default()
        };
        assert_eq!(usual.options(), options);
        assert!(usual.is_usual());
        assert!(VERIFY.contains(&usual.verify) && WATCH.contains(&usual.watch));
    }

    #[test]
    fn a_choice_reaches_the_run() {
        let chosen = RunChoices {
            verify: 60,
            watch: 300,
        };
        let options = chosen.options();
        assert_eq!(options.verify_for, Duration::from_secs(60));
        assert_eq!(options.watch_for, Duration::from_secs(300));
        let request = chosen.request("{}".to_owned());
        assert_eq!(
            (request.verify_for, request.watch_for),
            (Some(60), Some(300))
        );
        assert_eq!(request.plan, "{}");
    }
}
