//! EnOS's calls.

use countermand_core_model::{
    self as model, CancelAnswer, Command, CommandState, Device, DeviceRef, EnosDevice,
    InvalidValue, Listing, Organization, Provider, Timestamp, enos::CommandId,
};
use countermand_enos::Enos;
use countermand_transport::{Answer, ApiError, BaseUrl, BoxTransport};

use crate::provider::{
    api::{ApiFuture, DeviceSink, ProviderApi},
    driver::{ProviderDriver, of_another_provider},
};

pub(super) static DRIVER: ProviderDriver = ProviderDriver {
    descriptor: Provider::Enos.descriptor(),
    authenticate: countermand_enos::authenticate,
    connect,
};

fn connect(
    transport: BoxTransport,
    base: BaseUrl,
    org: &Organization,
) -> Result<Box<dyn ProviderApi>, InvalidValue> {
    match org {
        Organization::Enos(id) => Ok(Box::new(Enos::new(transport, base, id.clone()))),
        _ => Err(of_another_provider("organization", org)),
    }
}

fn enos_device(device: &DeviceRef) -> Result<&EnosDevice, ApiError> {
    match device {
        DeviceRef::Enos(device) => Ok(device),
        _ => Err(of_another_provider("device", device).into()),
    }
}

fn command_id(id: &model::CommandId) -> Result<&CommandId, ApiError> {
    match id {
        model::CommandId::Enos(id) => Ok(id),
        _ => Err(of_another_provider("command", id).into()),
    }
}

impl ProviderApi for Enos {
    fn over(&self, transport: BoxTransport) -> Box<dyn ProviderApi> {
        Box::new(self.with_transport(transport))
    }

    fn check(&self) -> ApiFuture<'_, Option<String>> {
        Box::pin(async { self.check().await.map(|()| None) })
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
        state: Option<CommandState>,
    ) -> ApiFuture<'a, Listing<Command>> {
        Box::pin(async move { self.commands(enos_device(device)?, state).await })
    }

    fn waiting<'a>(&'a self, device: &'a DeviceRef) -> ApiFuture<'a, Listing<Command>> {
        Box::pin(async { self.waiting(enos_device(device)?).await })
    }

    fn newest_commands<'a>(&'a self, device: &'a DeviceRef) -> ApiFuture<'a, Vec<Command>> {
        Box::pin(async { self.newest_commands(enos_device(device)?).await })
    }

    fn commands_back_to<'a>(
        &'a self,
        device: &'a DeviceRef,
        oldest: Timestamp,
    ) -> ApiFuture<'a, Vec<Command>> {
        Box::pin(async move { self.commands_back_to(enos_device(device)?, oldest).await })
    }

    fn command<'a>(
        &'a self,
        device: &'a DeviceRef,
        id: &'a model::CommandId,
    ) -> ApiFuture<'a, Command> {
        Box::pin(async { self.command(enos_device(device)?, command_id(id)?).await })
    }

    fn cancel<'a>(
        &'a self,
        device: &'a DeviceRef,
        id: &'a model::CommandId,
    ) -> ApiFuture<'a, Answer<CancelAnswer>> {
        Box::pin(async { self.cancel(enos_device(device)?, command_id(id)?).await })
    }

    fn cancel_all<'a>(&'a self, device: &'a DeviceRef) -> ApiFuture<'a, Answer<CancelAnswer>> {
        Box::pin(async { self.cancel_everything(enos_device(device)?).await })
    }
}
