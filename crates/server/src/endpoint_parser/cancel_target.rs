//! The target of a cancel.

use countermand_core_model::{CommandId, DeviceRef};

/// The target of a cancel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CancelTarget {
    pub(crate) device: DeviceRef,
    /// `None` for everything that waits on the device.
    pub(crate) command: Option<CommandId>,
}
