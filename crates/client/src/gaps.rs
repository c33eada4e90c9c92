//! Where more may wait than a plan or a run has targets.

use countermand_core_model::DeviceRef;
use countermand_transport::ApiError;

use crate::LeftOut;

/// Where more may wait than there are targets.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Gaps {
    /// How many devices the run listed itself.
    pub listed: usize,
    /// Devices of which could not be listed what waits.
    pub problems: Vec<(DeviceRef, ApiError)>,
    /// Devices that were not asked about, because the run stopped, or nobody answered for those before them.
    pub not_asked: Vec<DeviceRef>,
    /// Devices whose list may not have been whole.
    pub incomplete: Vec<DeviceRef>,
    /// Devices with commands whose state is unknown, and how many: they are left out of everything that waits, and can
    /// be named by their ids. A provider that is asked for what waits may not show all of them.
    pub unclear: Vec<(DeviceRef, usize)>,
    /// What waits on the devices that were listed, and a filter leaves out.
    pub left_out: LeftOut,
}

impl Gaps {
    /// Devices whose list may not be whole, or of which commands were left out because their state is unknown. Each
    /// once.
    pub fn partly_listed(&self) -> impl Iterator<Item = &DeviceRef> {
        let unclear = self.unclear.iter().map(|(device, _)| device);
        let unclear = unclear.filter(|device| !self.incomplete.contains(device));
        self.incomplete.iter().chain(unclear)
    }
}
