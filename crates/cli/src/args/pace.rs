//! How fast requests are made.

use clap::Args;
use countermand_client::AskOptions;
use countermand_transport::RateLimit;

/// What every command that asks a provider much shares.
#[derive(Clone, Copy, Debug, Args)]
#[command(next_help_heading = "How")]
pub(crate) struct PaceArgs {
    /// How many devices are asked about at once, and how many cancels are under way
    #[arg(long, value_name = "N", default_value_t = 8, value_parser = clap::value_parser!(u16).range(1..=1000))]
    pub(crate) concurrency: u16,
    /// How many requests may be made, as in 10000/h [default: Applivery 10000/h, EnOS no limit]
    #[arg(long, value_name = "N/h")]
    pub(crate) rate: Option<RateLimit>,
}

impl PaceArgs {
    /// How devices are asked about.
    pub(crate) fn asking(&self) -> AskOptions {
        let mut options = AskOptions::default();
        options.concurrency = usize::from(self.concurrency);
        options
    }
}
