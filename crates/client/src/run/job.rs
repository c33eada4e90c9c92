//! A device queue with what is needed to work through it.

use countermand_core_model::{DeviceRef, KindSeverity, Timestamp};

use crate::{cancel::DeviceQueue, reading::ListCost};

/// A device queue with what is needed to work through it.
pub(crate) struct Job {
    pub(crate) queue: DeviceQueue,
    /// The one call that cancels everything pending on the device.
    pub(crate) call: Option<CancelAllCall>,
    /// How reading by list compares to reading one by one.
    pub(crate) list_cost: ListCost,
    /// The numbers of the targets that are read before their cancel, because what is known of them is old.
    pub(crate) unseen: Vec<usize>,
    /// The severity of its most severe command.
    pub(crate) severity: KindSeverity,
}

/// EnOS's one call for everything pending on a device.
pub(crate) struct CancelAllCall {
    pub(crate) device: DeviceRef,
    /// The plan did not see commands created later.
    pub(crate) newest_seen: Option<Timestamp>,
    /// The numbers of its targets as ranges: the first, and how many.
    pub(crate) ranges: Vec<(usize, usize)>,
}

impl Job {
    pub(crate) fn new(queue: DeviceQueue, call: Option<CancelAllCall>) -> Self {
        Self {
            queue,
            call,
            list_cost: ListCost::default(),
            unseen: Vec::new(),
            severity: KindSeverity::default(),
        }
    }

    /// Returns the last target, which those beyond the plan follow in the result.
    pub(crate) fn last_target(&self) -> Option<usize> {
        let targets = self.queue.targets().iter();
        targets.map(|target| target.number).max()
    }
}
