//! Devices on which everything pending is to be cancelled.

use std::sync::Arc;

use countermand_core_model::{
    AllPending, Command, CommandId, CommandState, DeviceRef, Filter, Listing, Timestamp,
};
use countermand_transport::ApiError;

use super::planned::Planned;
use crate::provider::ProviderCalls;

/// A listed device on which everything pending is to be cancelled.
#[derive(Debug)]
pub(crate) struct CancelAll {
    pub(crate) target: AllPending,
    /// What was pending when the plan was made, newest first.
    pub(crate) waiting: Vec<Planned>,
    /// The plan did not see commands created later.
    pub(crate) newest_seen: Option<Timestamp>,
}

impl CancelAll {
    /// Returns whether one call is sent for it, which cancels whatever is pending when it arrives.
    pub(crate) fn is_called(&self) -> bool {
        let descriptor = self.target.device().provider().descriptor();
        descriptor.has_cancel_all && !self.waiting.is_empty()
    }
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

/// What is pending on a device.
pub(crate) struct Waiting {
    pub(crate) listing: Listing<Command>,
    /// When the newest command was created that was there before the list.
    pub(crate) newest_seen: Option<Timestamp>,
    /// The commands whose state is unknown.
    pub(crate) unclear: Vec<Command>,
    /// Every command that was seen, in any state.
    pub(super) known: Vec<CommandId>,
}

/// Lists what is pending on a device.
pub(crate) async fn waiting(
    calls: &ProviderCalls,
    device: &DeviceRef,
) -> Result<Waiting, ApiError> {
    // The one call for everything cancels what is pending then, so what comes after this page is beyond the plan.
    let newest = calls.newest_commands(device).await?;
    let mut listing = calls.waiting(device).await?;
    let all = || newest.iter().chain(&listing.items);
    let known = all().map(|command| command.id.clone()).collect();
    // A search for pending commands may leave these out.
    let unclear = all()
        .filter(|command| command.state == CommandState::Unknown)
        .cloned()
        .collect();
    let newest_seen = all().filter_map(|command| command.created_at).max();
    listing
        .items
        .retain(|command| command.state == CommandState::Pending);
    Ok(Waiting {
        newest_seen,
        listing,
        unclear,
        known,
    })
}
