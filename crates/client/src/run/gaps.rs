//! Where more may wait than a run has targets.

use countermand_core_model::DeviceRef;
use countermand_transport::ApiError;

use crate::LeftOut;

/// Where more may wait than there are targets.
#[derive(Debug, Default)]
pub(super) struct Gaps {
    /// How many devices were listed.
    pub(super) listed: usize,
    pub(super) problems: Vec<(DeviceRef, ApiError)>,
    pub(super) not_asked: Vec<DeviceRef>,
    pub(super) incomplete: Vec<DeviceRef>,
    pub(super) unclear: Vec<(DeviceRef, usize)>,
    /// What waits, and a filter leaves out.
    pub(super) left_out: LeftOut,
}
