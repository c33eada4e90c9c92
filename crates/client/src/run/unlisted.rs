//! A device that a run is to list.

use std::sync::Arc;

use countermand_core_model::{DeviceRef, KindSeverity, Timestamp};

use crate::{Filter, cancel::Target, journal::ToList, plan::UnlistedDevice};

pub(super) struct Unlisted {
    pub(super) device: DeviceRef,
    /// The target of the plan that its rows follow, and its number among the devices to list, from 1.
    pub(super) place: (usize, usize),
    /// Its known targets.
    pub(super) known: Vec<Target>,
    pub(super) newest_seen: Option<Timestamp>,
    pub(super) read_at: Option<Timestamp>,
    /// When it was asked for, if that was before this run began; later commands are left alone.
    pub(super) asked_at: Option<Timestamp>,
    pub(super) filter: Option<Arc<Filter>>,
}

impl Unlisted {
    /// Returns a device of a new plan with its `known` targets, the first of which has the number `first`.
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

    /// Returns a device that a sweep looks at, as the one of this number.
    pub(super) fn swept(
        device: DeviceRef,
        number: usize,
        asked_at: Option<Timestamp>,
        filter: Arc<Filter>,
    ) -> Self {
        Self {
            device,
            place: (usize::MAX, number),
            known: Vec::new(),
            newest_seen: None,
            read_at: None,
            asked_at,
            filter: Some(filter),
        }
    }

    /// Returns a device that another process left to be listed, with its `known` targets.
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

    /// Returns whether EnOS's one call may be used, which would also cancel later commands and those that a filter
    /// leaves out.
    pub(super) fn is_for_one_call(&self) -> bool {
        self.asked_at.is_none() && self.filter.is_none()
    }

    /// Returns the severity of its most severe known target; `None` if none is known.
    pub(super) fn severity(&self) -> Option<KindSeverity> {
        self.known.iter().map(|target| target.severity).max()
    }
}
