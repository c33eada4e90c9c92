//! How a run goes about it.

use std::time::Duration;

use clap::Args;
use countermand_client::RunOptions;

use super::{PaceArgs, duration};

/// What `cancel` and `resume` share.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "How")]
pub(crate) struct RunArgs {
    /// Do not ask; needed where there is no terminal to ask on
    #[arg(long, short = 'y')]
    pub(crate) yes: bool,
    #[command(flatten)]
    pub(crate) pace: PaceArgs,
    /// How long a cancel that was taken is read again, as in 15s or 2m
    #[arg(long, value_name = "TIME", default_value = "15s", value_parser = duration::parse)]
    pub(crate) verify_for: Duration,
    /// How much longer one that is not reported cancelled by then is watched: should it go to its device all
    /// the same, that is an alarm
    #[arg(long, value_name = "TIME", default_value = "0s", hide_default_value = true, value_parser = duration::parse)]
    pub(crate) watch: Duration,
}

impl RunArgs {
    /// The options of a run.
    pub(crate) fn options(&self) -> RunOptions {
        RunOptions {
            concurrency: usize::from(self.pace.concurrency),
            verify_for: self.verify_for,
            watch_for: self.watch,
            ..RunOptions::default()
        }
    }
}
