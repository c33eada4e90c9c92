//! The calls of a connection, with the order and the states that every provider's lists get.

use std::{cmp::Reverse, ops::Deref, sync::Arc};

use countermand_core_model::{
    Command, CommandState, DeviceRef, InvalidValue, Listing, Organization, Timestamp,
};
use countermand_transport::{ApiError, BaseUrl, BoxTransport};

use super::{api::ProviderApi, drivers::driver};

/// The calls of one organization. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct ProviderCalls(Arc<dyn ProviderApi>);

impl Deref for ProviderCalls {
    type Target = dyn ProviderApi;

    fn deref(&self) -> &Self::Target {
        &*self.0
    }
}

impl ProviderCalls {
    /// Returns the calls of `org` over `transport`, which authenticates.
    pub(crate) fn new(
        transport: BoxTransport,
        base: BaseUrl,
        org: &Organization,
    ) -> Result<Self, InvalidValue> {
        let api = (driver(org.provider())?.connect)(transport, base, org)?;
        Ok(Self(api.into()))
    }

    /// Returns the same calls over another transport.
    pub(crate) fn over(&self, transport: BoxTransport) -> Self {
        Self(self.0.over(transport).into())
    }

    /// Lists the commands of a device; with `state`, those in that state. Newest first.
    pub(crate) async fn list(
        &self,
        device: &DeviceRef,
        state: Option<CommandState>,
    ) -> Result<Listing<Command>, ApiError> {
        let mut listing = self.0.commands(device, state).await?;
        let is_asked_for = |found| state.is_none_or(|state| found == state);
        listing.items.retain(|command| is_asked_for(command.state));
        sort_newest_first(&mut listing);
        Ok(listing)
    }

    /// Lists what is pending on a device and what may be, because its state is unknown. Newest first.
    pub(crate) async fn waiting(&self, device: &DeviceRef) -> Result<Listing<Command>, ApiError> {
        let mut listing = self.0.waiting(device).await?;
        let may_wait = [CommandState::Pending, CommandState::Unknown];
        listing
            .items
            .retain(|command| may_wait.contains(&command.state));
        sort_newest_first(&mut listing);
        Ok(listing)
    }

    /// Lists the commands of a device that were created at `oldest` or later, and perhaps others.
    pub(crate) async fn list_back_to(
        &self,
        device: &DeviceRef,
        oldest: Option<Timestamp>,
    ) -> Result<Vec<Command>, ApiError> {
        match oldest {
            Some(oldest) => self.0.commands_back_to(device, oldest).await,
            None => Ok(self.list(device, None).await?.items),
        }
    }
}

/// Sorts newest first, in case a provider does not.
fn sort_newest_first(listing: &mut Listing<Command>) {
    listing
        .items
        .sort_by_key(|command| Reverse(command.created_at));
}
