//! Devices: named one by one or in a file, found by a text, or all of them.

use std::path::PathBuf;

use clap::Args;
use countermand_core_model::SearchText;

use super::filter::parse_text;

/// Which devices.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct NamedDevices {
    /// applivery:ID, enos:asset:ASSET_ID or enos:key:PRODUCT_KEY/DEVICE_KEY; or name:TEXT or serial:TEXT of exactly
    /// one device
    #[arg(value_name = "DEVICE")]
    pub(crate) devices: Vec<String>,
    /// Read more devices from FILE: one per line (lines that start with # are skipped), or what `devices` or
    /// `list` printed as CSV, NDJSON or JSON; - is standard input
    #[arg(long, value_name = "FILE")]
    pub(crate) devices_from: Option<PathBuf>,
    /// Every device that has TEXT in any column of `countermand devices`; case is ignored
    #[arg(long, value_name = "TEXT", value_parser = parse_text, conflicts_with_all = ["devices", "devices_from"])]
    pub(crate) search: Option<SearchText>,
    /// Every device of the organization
    #[arg(long, conflicts_with_all = ["devices", "devices_from", "search"])]
    pub(crate) all_devices: bool,
}

impl NamedDevices {
    /// Returns whether no device is named in any way.
    pub(crate) fn is_empty(&self) -> bool {
        let Self {
            devices,
            devices_from,
            search,
            all_devices,
        } = self;
        devices.is_empty() && devices_from.is_none() && search.is_none() && !all_devices
    }
}
