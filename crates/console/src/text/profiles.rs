//! Saved connections, kept keys, and switching between them.

pub use super::catalogue::profiles::*;

/// Where a connection leads.
pub fn facts(vendor: &str, org: &str, host: &str) -> String {
    [vendor, org, host].join(" · ")
}
