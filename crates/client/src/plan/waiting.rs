//! What is pending on one device.

use countermand_core_model::{Command, CommandId, CommandState, DeviceRef, Listing, Timestamp};
use countermand_transport::ApiError;

use crate::provider::ProviderCalls;

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
