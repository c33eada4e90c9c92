//! The calls of a connection, with the order and the states that every provider's lists get.

use std::{cmp::Reverse, sync::Arc};

use countermand_core_model::{
    CancelAnswer, Command, CommandId, CommandState, Device, DeviceRef, InvalidValue, Listing,
    Organization, Timestamp,
};
use countermand_transport::{Answer, ApiError, BaseUrl, BoxTransport};

use super::{
    api::{DeviceSink, ProviderApi},
    drivers::driver,
};

/// The calls of one organization. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct ProviderCalls(Arc<dyn ProviderApi>);

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

    pub(crate) async fn check(&self) -> Result<Option<String>, ApiError> {
        self.0.check().await
    }

    pub(crate) async fn devices(&self, search: Option<&str>) -> Result<Listing<Device>, ApiError> {
        let mut devices = Vec::new();
        let mut sink = |page| devices.extend(page);
        let mut listing = self.0.devices(search, &mut sink).await?;
        listing.items = devices;
        Ok(listing)
    }

    /// Lists the devices as [`ProviderApi::devices`] does.
    pub(crate) async fn devices_by_page(
        &self,
        search: Option<&str>,
        sink: &mut dyn DeviceSink,
    ) -> Result<Listing<Device>, ApiError> {
        self.0.devices(search, sink).await
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

    /// Lists the newest commands of a device as [`ProviderApi::newest_commands`] does.
    pub(crate) async fn newest(&self, device: &DeviceRef) -> Result<Vec<Command>, ApiError> {
        self.0.newest_commands(device).await
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

    pub(crate) async fn get(
        &self,
        device: &DeviceRef,
        id: &CommandId,
    ) -> Result<Command, ApiError> {
        self.0.command(device, id).await
    }

    pub(crate) async fn cancel(
        &self,
        device: &DeviceRef,
        id: &CommandId,
    ) -> Result<Answer<CancelAnswer>, ApiError> {
        self.0.cancel(device, id).await
    }

    /// Requests the cancel of everything pending on a device in one call.
    pub(crate) async fn cancel_all(
        &self,
        device: &DeviceRef,
    ) -> Result<Answer<CancelAnswer>, ApiError> {
        self.0.cancel_all(device).await
    }
}

/// Sorts newest first, in case a provider does not.
fn sort_newest_first(listing: &mut Listing<Command>) {
    listing
        .items
        .sort_by_key(|command| Reverse(command.created_at));
}
