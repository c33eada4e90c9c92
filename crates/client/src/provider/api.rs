//! The calls that every provider answers.

use std::fmt;

use countermand_core_model::{
    CancelAnswer, Command, CommandId, CommandState, Device, DeviceRef, Listing, Timestamp,
};
use countermand_transport::{Answer, ApiError, BoxFuture, BoxTransport, MaybeSend};

/// The future of a call.
pub type ApiFuture<'a, T> = BoxFuture<'a, Result<T, ApiError>>;

/// Receives the devices of a list, page after page.
pub trait DeviceSink: MaybeSend {
    /// Takes the devices of one page.
    fn take(&mut self, devices: Vec<Device>);
}

impl<F: FnMut(Vec<Device>) + MaybeSend> DeviceSink for F {
    fn take(&mut self, devices: Vec<Device>) {
        self(devices);
    }
}

/// The calls of one organization at one provider.
///
/// A call refuses a device or a command of another provider without sending anything. An incomplete list is an error
/// or says so, and an accepted cancel is not a cancelled command.
pub trait ProviderApi: fmt::Debug + Send + Sync + 'static {
    /// Returns the same calls over another transport, which authenticates too.
    fn over(&self, transport: BoxTransport) -> Box<dyn ProviderApi>;

    /// Checks that the key opens the organization, and returns its name where the provider tells it.
    fn check(&self) -> ApiFuture<'_, Option<String>>;

    /// Lists the devices; with `search`, those in whose displayed texts it occurs, without case. Each page goes to
    /// `sink` as it comes. The returned listing has no items, and says how the list ended.
    fn devices<'a>(
        &'a self,
        search: Option<&'a str>,
        sink: &'a mut dyn DeviceSink,
    ) -> ApiFuture<'a, Listing<Device>>;

    /// Lists the commands of a device. With `state`, others may be left out.
    fn commands<'a>(
        &'a self,
        device: &'a DeviceRef,
        state: Option<CommandState>,
    ) -> ApiFuture<'a, Listing<Command>>;

    /// Lists what is pending on a device and what may be, and perhaps others.
    fn waiting<'a>(&'a self, device: &'a DeviceRef) -> ApiFuture<'a, Listing<Command>> {
        self.commands(device, None)
    }

    /// Lists the newest commands of a device in any state, in one request, or none if [`Self::waiting`] shows every
    /// state.
    fn newest_commands<'a>(&'a self, device: &'a DeviceRef) -> ApiFuture<'a, Vec<Command>> {
        let _ = device;
        Box::pin(async { Ok(Vec::new()) })
    }

    /// Lists the commands of a device that were created at `oldest` or later, and perhaps older ones.
    fn commands_back_to<'a>(
        &'a self,
        device: &'a DeviceRef,
        oldest: Timestamp,
    ) -> ApiFuture<'a, Vec<Command>>;

    /// Reads one command.
    fn command<'a>(&'a self, device: &'a DeviceRef, id: &'a CommandId) -> ApiFuture<'a, Command>;

    /// Requests the cancel of one command.
    fn cancel<'a>(
        &'a self,
        device: &'a DeviceRef,
        id: &'a CommandId,
    ) -> ApiFuture<'a, Answer<CancelAnswer>>;

    /// Requests the cancel of everything pending on a device. Called only if the descriptor says
    /// [`has_cancel_all`](countermand_core_model::ProviderDescriptor::has_cancel_all).
    fn cancel_all<'a>(&'a self, device: &'a DeviceRef) -> ApiFuture<'a, Answer<CancelAnswer>>;
}
