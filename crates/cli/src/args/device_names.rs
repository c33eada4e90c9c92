//! Devices, named one by one or in a file.

use std::path::PathBuf;

use clap::Args;

/// Which devices.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct NamedDevices {
    /// applivery:ID, enos:asset:ASSET_ID or enos:key:PRODUCT_KEY/DEVICE_KEY
    #[arg(value_name = "DEVICE")]
    pub(crate) devices: Vec<String>,
    /// Read more devices from FILE: one per line (lines that start with # are skipped), or what `devices` or
    /// `list` printed as CSV, NDJSON or JSON; - is standard input
    #[arg(long, value_name = "FILE")]
    pub(crate) devices_from: Option<PathBuf>,
}
