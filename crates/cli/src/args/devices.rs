//! `countermand devices`.

use clap::Args;

use crate::output::Format;

/// List the devices of the organisation.
#[derive(Debug, Args)]
pub(crate) struct DevicesArgs {
    /// Only devices in whose shown texts this occurs, without case
    #[arg(long, value_name = "TEXT")]
    pub(crate) search: Option<String>,
    /// The form of the output
    #[arg(long, value_enum, default_value_t)]
    pub(crate) output: Format,
}
