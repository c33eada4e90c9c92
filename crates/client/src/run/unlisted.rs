//! A device that a run is to list.

use std::sync::Arc;

use countermand_core_model::{DeviceRef, KindSeverity, Timestamp};

use crate::{Filter, cancel::Target, journal::ToList, plan::UnlistedDevice};

/// A device that the run is to list.
pub(super) struct Unlisted {
    pub(super) device: DeviceRef,
    /// After which target of the plan its rows come, and which of the devices to list it is, from 1 on.
    pub(super) place: (usize, usize),
    /// Its targets that are known already.
    pub(super) known: Vec<Target>,
    pub(super) newest_seen: Option<Timestamp>,
    pub(super) read_at: Option<Timestamp>,
    /// Another process was asked for it, at this time: what was given later is not meant.
    pub(super) asked_at: Option<Timestamp>,
    pub(super) filter: Option<Arc<Filter>>,
}

impl Unlisted {
    /// A device of a new plan with its `known` targets, the first of which has the number `first`.
    pub(super) fn planned(
        planned: UnlistedDevice,
        known: Vec<Target>,
        first: usize,
        index: usize,
    ) -> Self {
        Self {
            device: planned.target.device().clone(),
            place: ((first + known.len()).saturating_sub(1), index),
            known,
            newest_seen: planned.newest_seen,
            read_at: planned.read_at,
            asked_at: None,
            filter: planned.filter,
        }
    }

    /// A device that another process left to be listed, with `known` targets of it.
    pub(super) fn left(device: DeviceRef, left: ToList, known: Vec<Target>) -> Self {
        Self {
            device,
            place: (usize::MAX, 0),
            known,
            newest_seen: None,
            read_at: None,
            asked_at: Some(left.asked_at),
            filter: left.filter.map(Arc::new),
        }
    }

    /// Does EnOS's one call cancel what is meant? It does not part that from what came to wait since, or from what a
    /// filter leaves out.
    pub(super) fn is_for_one_call(&self) -> bool {
        self.asked_at.is_none() && self.filter.is_none()
    }

    /// How grave the gravest is that is known of it; none where nothing is known.
    pub(super) fn severity(&self) -> Option<KindSeverity> {
        self.known.iter().map(|target| target.severity).max()
    }
}
