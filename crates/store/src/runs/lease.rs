//! Who works on a run.

use crate::InstanceId;

/// A run belongs to an instance, as long as nobody has taken it over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lease {
    /// The run's id.
    pub run: String,
    pub(crate) owner: InstanceId,
    pub(crate) epoch: i64,
}
