//! Finding out which devices an organisation has, before everything that waits on them is reviewed.

use super::problem::Problem;

/// How far that is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OrgScan {
    /// The vendor's list is being read.
    Listing,
    /// There is no device.
    NoDevices,
    /// It could not be read.
    Failed(Problem),
}
