//! The two vendors behind one set of calls. What only one of them has is asked for by name.

use countermand_applivery::Applivery;
use countermand_core_model::{
    CancelAnswer, Command, CommandId, CommandState, Device, DeviceRef, InvalidValue, Listing,
    Provider, Timestamp,
};
use countermand_enos::Enos;
use countermand_transport::{Answer, ApiError};

#[derive(Clone, Debug)]
pub(crate) enum Vendor {
    Applivery(Applivery),
    Enos(Enos),
}

impl Vendor {
    pub(crate) fn provider(&self) -> Provider {
        match self {
            Self::Applivery(_) => Provider::Applivery,
            Self::Enos(_) => Provider::Enos,
        }
    }

    pub(crate) async fn devices(&self, search: Option<&str>) -> Result<Listing<Device>, ApiError> {
        match self {
            Self::Applivery(vendor) => vendor.devices(search).await,
            Self::Enos(vendor) => vendor.devices(search).await,
        }
    }

    pub(crate) async fn devices_as_they_come(
        &self,
        search: Option<&str>,
        told: impl FnMut(Vec<Device>),
    ) -> Result<Listing<Device>, ApiError> {
        match self {
            Self::Applivery(vendor) => vendor.devices_as_they_come(search, told).await,
            Self::Enos(vendor) => vendor.devices_as_they_come(search, told).await,
        }
    }

    /// The commands of a device, in this state where one is given; newest first.
    pub(crate) async fn list(
        &self,
        device: &DeviceRef,
        state: Option<CommandState>,
    ) -> Result<Listing<Command>, ApiError> {
        let mut listing = match (self, device) {
            (Self::Applivery(vendor), DeviceRef::Applivery(device)) => {
                vendor.commands(device).await?
            }
            (Self::Enos(vendor), DeviceRef::Enos(device)) => vendor.commands(device, state).await?,
            _ => return Err(self.stranger(device)),
        };
        listing
            .items
            .retain(|command| state.is_none_or(|state| command.state == state));
        newest_first(&mut listing);
        Ok(listing)
    }

    /// What waits on a device, and what may wait: whose state cannot be told. Newest first.
    pub(crate) async fn waiting(&self, device: &DeviceRef) -> Result<Listing<Command>, ApiError> {
        let mut listing = match (self, device) {
            (Self::Enos(vendor), DeviceRef::Enos(device)) => vendor.waiting(device).await?,
            // Applivery lists every state all the same.
            _ => self.list(device, None).await?,
        };
        let may_wait = [CommandState::Pending, CommandState::Unknown];
        listing
            .items
            .retain(|command| may_wait.contains(&command.state));
        newest_first(&mut listing);
        Ok(listing)
    }

    /// The commands of a device that were given at `oldest` or later, and perhaps others: what it takes to
    /// find some of them again.
    pub(crate) async fn list_back_to(
        &self,
        device: &DeviceRef,
        oldest: Option<Timestamp>,
    ) -> Result<Vec<Command>, ApiError> {
        match (self, device, oldest) {
            (Self::Applivery(vendor), DeviceRef::Applivery(device), Some(oldest)) => {
                vendor.commands_back_to(device, oldest).await
            }
            (Self::Enos(vendor), DeviceRef::Enos(device), Some(oldest)) => {
                vendor.commands_back_to(device, oldest).await
            }
            _ => Ok(self.list(device, None).await?.items),
        }
    }

    pub(crate) async fn get(
        &self,
        device: &DeviceRef,
        id: &CommandId,
    ) -> Result<Command, ApiError> {
        match (self, device, id) {
            (Self::Applivery(vendor), DeviceRef::Applivery(device), CommandId::Applivery(id)) => {
                vendor.command(device, id).await
            }
            (Self::Enos(vendor), DeviceRef::Enos(device), CommandId::Enos(id)) => {
                vendor.command(device, id).await
            }
            _ => Err(self.stranger(device)),
        }
    }

    pub(crate) async fn cancel(
        &self,
        device: &DeviceRef,
        id: &CommandId,
    ) -> Result<Answer<CancelAnswer>, ApiError> {
        match (self, device, id) {
            (Self::Applivery(vendor), DeviceRef::Applivery(device), CommandId::Applivery(id)) => {
                vendor.cancel(device, id).await
            }
            (Self::Enos(vendor), DeviceRef::Enos(device), CommandId::Enos(id)) => {
                vendor.cancel(device, id).await
            }
            _ => Err(self.stranger(device)),
        }
    }

    /// The one call of EnOS for everything that waits on a device.
    pub(crate) async fn cancel_everything(
        &self,
        device: &DeviceRef,
    ) -> Result<Answer<CancelAnswer>, ApiError> {
        match (self, device) {
            (Self::Enos(vendor), DeviceRef::Enos(device)) => vendor.cancel_everything(device).await,
            _ => Err(self.stranger(device)),
        }
    }

    fn stranger(&self, device: &DeviceRef) -> ApiError {
        InvalidValue::new(
            "device",
            "must be of the connection's vendor",
            &device.to_string(),
        )
        .into()
    }
}

/// The vendors say "newest first"; where one does not keep to it, the order is made here.
fn newest_first(listing: &mut Listing<Command>) {
    listing
        .items
        .sort_by_key(|command| std::cmp::Reverse(command.created_at));
}
