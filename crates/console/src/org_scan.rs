//! Listing the devices of an organization, before everything that waits on them is reviewed.

use super::problem::Problem;

/// How far the listing is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OrgScan {
    /// The provider's list is being read.
    Listing,
    /// The organization has no device.
    NoDevices,
    /// The list could not be read.
    Failed(Problem),
}
