//! A device queue with what it takes to work through it.

use countermand_core_model::{DeviceRef, KindSeverity, Timestamp};

use crate::{cancel::DeviceQueue, reading::ListCost};

/// A device queue with what it takes to work through it.
pub(super) struct Job {
    pub(super) queue: DeviceQueue,
    /// Where everything that waits on the device is meant.
    pub(super) call: Option<CancelAllCall>,
    /// What reading by the device's list took, so that the cheaper way is taken.
    pub(super) list_cost: ListCost,
    /// The numbers of those that are read before their cancel: what is known of them is of an earlier time.
    pub(super) unseen: Vec<usize>,
    /// How grave it is if the gravest of its commands runs.
    pub(super) severity: KindSeverity,
}

/// The one call of EnOS for everything that waits on a device.
pub(super) struct CancelAllCall {
    pub(super) device: DeviceRef,
    /// Commands given after this moment were not seen by the plan.
    pub(super) newest_seen: Option<Timestamp>,
    /// The numbers of the targets that are meant, as runs of one number after the other: the first, and how many.
    pub(super) ranges: Vec<(usize, usize)>,
}

impl Job {
    pub(super) fn new(queue: DeviceQueue, call: Option<CancelAllCall>) -> Self {
        Self {
            queue,
            call,
            list_cost: ListCost::default(),
            unseen: Vec::new(),
            severity: KindSeverity::default(),
        }
    }

    /// The target with which one beyond the plan was cancelled: the last, so that its row follows the device's.
    pub(super) fn last_target(&self) -> Option<usize> {
        let targets = self.queue.targets().iter();
        targets.map(|target| target.number).max()
    }
}
