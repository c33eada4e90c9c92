//! `countermand cancel`.

use std::time::Duration;

use clap::{ArgGroup, Args};
use countermand_transport::RateLimit;

use super::duration;
use crate::output::Format;

/// Cancel commands that wait, and tell truthfully what became of each.
///
/// Each cancel is read again until the vendor reports the command cancelled, or the time is up. Every
/// target gets one outcome; only `cancelled` means that it is.
#[derive(Debug, Args)]
#[command(group = ArgGroup::new("what").required(true).multiple(false))]
pub(crate) struct CancelArgs {
    /// applivery:ID, enos:asset:ASSET_ID or enos:key:PRODUCT_KEY/DEVICE_KEY; with --command only one
    #[arg(required = true, value_name = "DEVICE")]
    pub(crate) devices: Vec<String>,
    /// Cancel these commands of the device
    #[arg(long, group = "what", value_name = "ID", num_args = 1..)]
    pub(crate) command: Vec<String>,
    /// Cancel everything that waits on the devices
    #[arg(long, group = "what")]
    pub(crate) all_pending: bool,
    /// Only say what would be sent
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Do not ask; needed where there is no terminal to ask on
    #[arg(long, short = 'y')]
    pub(crate) yes: bool,
    /// How many devices (EnOS) or commands (Applivery) are worked on at once
    #[arg(long, value_name = "N", default_value_t = 8, value_parser = clap::value_parser!(u16).range(1..=1000))]
    pub(crate) concurrency: u16,
    /// How many requests may be made, as in 10000/h [default: Applivery 10000/h, EnOS no limit]
    #[arg(long, value_name = "N/h")]
    pub(crate) rate: Option<RateLimit>,
    /// How long a cancel that was taken is read again, as in 15s or 2m
    #[arg(long, value_name = "TIME", default_value = "15s", value_parser = duration::parse)]
    pub(crate) verify_for: Duration,
    /// The form of the output
    #[arg(long, value_enum, default_value_t)]
    pub(crate) output: Format,
}
