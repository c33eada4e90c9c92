//! Devices by name, and by a file of names.

use std::path::PathBuf;

use clap::Args;

/// Which devices.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct NamedDevices {
    /// applivery:ID, enos:asset:ASSET_ID or enos:key:PRODUCT_KEY/DEVICE_KEY
    #[arg(value_name = "DEVICE")]
    pub(crate) devices: Vec<String>,
    /// Also the devices in this file: one a line (lines that begin with # are passed over), or what `devices` or
    /// `list` printed as CSV, NDJSON or JSON; - is standard input
    #[arg(long, value_name = "FILE")]
    pub(crate) devices_from: Option<PathBuf>,
}
