//! The bare load generator that runs are measured against.

use anyhow::Result;

use super::apt;

/// Installs Debian's package where it is missing.
pub fn wrk() -> Result<()> {
    apt::install("the load generator wrk", &["/usr/bin/wrk"], &["wrk"])
}
