//! Applivery's calls.

use countermand_applivery::{Applivery, CommandId, DeviceId};
use countermand_core_model::{
    self as model, CancelAnswer, Command, CommandState, Device, DeviceRef, InvalidValue, Listing,
    Organization, Provider, Timestamp,
};
use countermand_transport::{Answer, ApiError, BaseUrl, BoxTransport};

use crate::provider::{
    api::{ApiFuture, DeviceSink, ProviderApi},
    driver::{ProviderDriver, of_another_provider},
};

pub(super) static DRIVER: ProviderDriver = ProviderDriver {
    descriptor: Provider::Applivery.descriptor(),
    authenticate: countermand_applivery::authenticate,
    connect,
};

fn connect(
    transport: BoxTransport,
    base: BaseUrl,
    org: &Organization,
) -> Result<Box<dyn ProviderApi>, InvalidValue> {
    match org {
        Organization::Applivery(id) => Ok(Box::new(Applivery::new(transport, base, id.clone()))),
        _ => Err(of_another_provider("organization", org)),
    }
}

fn device_id(device: &DeviceRef) -> Result<&DeviceId, ApiError> {
    match device {
        DeviceRef::Applivery(id) => Ok(id),
        _ => Err(of_another_provider("device", device).into()),
    }
}

fn command_id(id: &model::CommandId) -> Result<&CommandId, ApiError> {
    match id {
        model::CommandId::Applivery(id) => Ok(id),
        _ => Err(of_another_provider("command", id).into()),
    }
}

impl ProviderApi for Applivery {
    fn over(&self, transport: BoxTransport) -> Box<dyn ProviderApi> {
        Box::new(self.with_transport(transport))
    }

    fn check(&self) -> ApiFuture<'_, Option<String>> {
        Box::pin(async { Ok(self.check().await?.name) })
    }

    fn devices<'a>(
        &'a self,
        search: Option<&'a str>,
        sink: &'a mut dyn DeviceSink,
    ) -> ApiFuture<'a, Listing<Device>> {
        Box::pin(self.devices_as_they_come(search, |devices| sink.take(devices)))
    }

    fn commands<'a>(
        &'a self,
        device: &'a DeviceRef,
        _: Option<CommandState>,
    ) -> ApiFuture<'a, Listing<Command>> {
        Box::pin(async { self.commands(device_id(device)?).await })
    }

    fn commands_back_to<'a>(
        &'a self,
        device: &'a DeviceRef,
        oldest: Timestamp,
    ) -> ApiFuture<'a, Vec<Command>> {
        Box::pin(async move { self.commands_back_to(device_id(device)?, oldest).await })
    }

    fn command<'a>(
        &'a self,
        device: &'a DeviceRef,
        id: &'a model::CommandId,
    ) -> ApiFuture<'a, Command> {
        Box::pin(async { self.command(device_id(device)?, command_id(id)?).await })
    }

    fn cancel<'a>(
        &'a self,
        device: &'a DeviceRef,
        id: &'a model::CommandId,
    ) -> ApiFuture<'a, Answer<CancelAnswer>> {
        Box::pin(async { self.cancel(device_id(device)?, command_id(id)?).await })
    }

    fn cancel_all<'a>(&'a self, device: &'a DeviceRef) -> ApiFuture<'a, Answer<CancelAnswer>> {
        Box::pin(async { Err(of_another_provider("device", device).into()) })
    }
}
