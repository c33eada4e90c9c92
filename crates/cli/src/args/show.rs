//! `countermand show`.

use clap::Args;

use super::OutputArgs;

/// Show one command with all that is known of it.
#[derive(Debug, Args)]
pub(crate) struct ShowArgs {
    /// applivery:ID, enos:asset:ASSET_ID or enos:key:PRODUCT_KEY/DEVICE_KEY
    pub(crate) device: String,
    /// The command's id
    pub(crate) command_id: String,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}
