//! A device that a run is to list.

use std::sync::Arc;

use countermand_core_model::{Command, DeviceRef, KindSeverity, Timestamp};

use crate::{Filter, cancel::Target, journal::ToList, plan::UnlistedDevice};

#[derive(Clone, Debug)]
pub(crate) struct Unlisted {
    pub(crate) device: DeviceRef,
    /// The target of the plan that its rows follow, and its number among the devices to list, from 1.
    pub(crate) place: (usize, usize),
    /// Its known targets.
    pub(crate) known: Vec<Target>,
    pub(crate) newest_seen: Option<Timestamp>,
    pub(crate) read_at: Option<Timestamp>,
    /// When it was asked for, if that was before this run began; later commands are left alone.
    pub(crate) asked_at: Option<Timestamp>,
    pub(crate) filter: Option<Arc<Filter>>,
}

/// Whether a command is to be cancelled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wanted {
    Yes,
    /// It was given after that was asked for, or seems so by this machine's clock.
    GivenLater,
    /// The filter leaves it out.
    LeftOut,
}

impl Unlisted {
    /// Returns a device of a new plan with its `known` targets, the first of which has the number `first`.
    pub(crate) fn planned(
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
    pub(crate) fn swept(
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
    pub(crate) fn left(device: DeviceRef, left: ToList, known: Vec<Target>) -> Self {
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

    /// Returns whether a pending command that a list shows is to be cancelled.
    pub(crate) fn wants(&self, command: &Command) -> Wanted {
        let is_in_time = |asked_at| command.created_at.is_some_and(|at| at <= asked_at);
        let filter = self.filter.as_deref();
        match self.asked_at.is_none_or(is_in_time) {
            false => Wanted::GivenLater,
            true if filter.is_none_or(|filter| filter.matches_in_any_state(command)) => Wanted::Yes,
            true => Wanted::LeftOut,
        }
    }

    /// Returns whether EnOS's one call may be used, which would also cancel later commands and those that a filter
    /// leaves out.
    pub(crate) fn is_for_one_call(&self) -> bool {
        self.asked_at.is_none() && self.filter.is_none()
    }

    /// Returns the severity of its most severe known target; `None` if none is known.
    pub(crate) fn severity(&self) -> Option<KindSeverity> {
        self.known.iter().map(|target| target.severity).max()
    }
}
