//! How fast requests are made, and how a run verifies its cancels.

use std::time::Duration;

use clap::Args;
use countermand_client::{AskOptions, RunOptions};
use countermand_transport::RateLimit;

use super::duration;

/// Options of every subcommand that makes many requests.
#[derive(Clone, Copy, Debug, Args)]
#[command(next_help_heading = "Run")]
pub(crate) struct PaceArgs {
    /// How many devices are listed, and how many cancels are in flight, at once
    #[arg(long, value_name = "N", default_value_t = 8, value_parser = clap::value_parser!(u16).range(1..=1000))]
    pub(crate) concurrency: u16,
    /// Maximum request rate, for example 10000/h [default: Applivery 10000/h, EnOS unlimited]
    #[arg(long, value_name = "N/h")]
    pub(crate) rate: Option<RateLimit>,
}

impl PaceArgs {
    /// Returns the options for listing devices.
    pub(crate) fn asking(&self) -> AskOptions {
        let mut options = AskOptions::default();
        options.concurrency = usize::from(self.concurrency);
        options
    }
}

/// After how many failures to stop.
#[derive(Clone, Copy, Debug, Default, Args)]
#[command(next_help_heading = "Run")]
pub(crate) struct ErrorLimitArgs {
    /// Stop after N failed lists or cancels; what is left is not sent
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    max_errors: Option<u32>,
    /// The same as --max-errors 1
    #[arg(long, conflicts_with = "max_errors")]
    fail_fast: bool,
}

impl ErrorLimitArgs {
    /// Returns the number of failures after which to stop, if there is one.
    pub(crate) fn limit(self) -> Option<usize> {
        let limit = self.max_errors.or(self.fail_fast.then_some(1));
        limit.and_then(|limit| usize::try_from(limit).ok())
    }

    /// Returns the option as it was given.
    pub(crate) fn as_given(self) -> String {
        match self.max_errors {
            Some(most) => format!("--max-errors {most}"),
            None => "--fail-fast".to_owned(),
        }
    }
}

/// Options that `cancel` and `resume` share.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Run")]
pub(crate) struct RunArgs {
    /// Do not ask for confirmation; required without a terminal
    #[arg(long, short = 'y')]
    pub(crate) yes: bool,
    #[command(flatten)]
    pub(crate) pace: PaceArgs,
    #[command(flatten)]
    pub(crate) errors: ErrorLimitArgs,
    /// How long to check a command again after its cancel was accepted, for example 15s, 2m or 1h30m
    #[arg(long, value_name = "DURATION", default_value = "15s", value_parser = duration::parse)]
    pub(crate) verify_for: Duration,
    /// How much longer to watch commands that are not confirmed by then; prints an ALARM if one is sent to its
    /// device after all
    #[arg(long, value_name = "DURATION", default_value = "0s", hide_default_value = true, value_parser = duration::parse)]
    pub(crate) watch: Duration,
}

impl RunArgs {
    /// Returns the options of the run.
    pub(crate) fn options(&self) -> RunOptions {
        RunOptions {
            concurrency: usize::from(self.pace.concurrency),
            verify_for: self.verify_for,
            watch_for: self.watch,
            ..RunOptions::default()
        }
    }
}
