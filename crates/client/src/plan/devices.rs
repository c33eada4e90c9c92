//! Devices of which everything that waits is meant.

use std::sync::Arc;

use countermand_core_model::{AllPending, Timestamp};

use super::planned::Planned;
use crate::Filter;

/// A device whose waiting commands are all meant.
#[derive(Debug)]
pub(crate) struct CancelAll {
    pub(crate) target: AllPending,
    /// What waited when the plan was made, newest first.
    pub(crate) waiting: Vec<Planned>,
    /// Commands given after this moment were not seen by the plan.
    pub(crate) newest_seen: Option<Timestamp>,
}

/// A device that the run is to list.
#[derive(Debug)]
pub(crate) struct UnlistedDevice {
    pub(crate) target: AllPending,
    /// What is known to wait there.
    pub(crate) known: Vec<Planned>,
    pub(crate) newest_seen: Option<Timestamp>,
    pub(crate) read_at: Option<Timestamp>,
    /// Only what this lets through is meant.
    pub(crate) filter: Option<Arc<Filter>>,
}
