//! `countermand devices`.

use clap::Args;

use super::{OutputArgs, PaceArgs, filter};

/// List the devices of the organisation.
#[derive(Debug, Args)]
pub(crate) struct DevicesArgs {
    /// Only devices in whose shown texts this occurs, without case
    #[arg(long, value_name = "TEXT", value_parser = filter::text)]
    pub(crate) search: Option<filter::Text>,
    #[command(flatten)]
    pub(crate) pace: PaceArgs,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}
