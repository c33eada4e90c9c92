//! Devices on which everything pending is to be cancelled.

use std::sync::Arc;

use countermand_core_model::{AllPending, Timestamp};

use super::planned::Planned;
use crate::Filter;

/// A listed device on which everything pending is to be cancelled.
#[derive(Debug)]
pub(crate) struct CancelAll {
    pub(crate) target: AllPending,
    /// What was pending when the plan was made, newest first.
    pub(crate) waiting: Vec<Planned>,
    /// The plan did not see commands created later.
    pub(crate) newest_seen: Option<Timestamp>,
}

/// A device that the run is to list.
#[derive(Debug)]
pub(crate) struct UnlistedDevice {
    pub(crate) target: AllPending,
    /// What is known to be pending.
    pub(crate) known: Vec<Planned>,
    pub(crate) newest_seen: Option<Timestamp>,
    pub(crate) read_at: Option<Timestamp>,
    /// Only what matches is cancelled.
    pub(crate) filter: Option<Arc<Filter>>,
}
