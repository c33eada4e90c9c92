//! The client of one connection.

use std::{collections::HashSet, sync::Arc};

use countermand_core_model::{
    Command, CommandId, CommandState, Device, DeviceRef, InvalidValue, Listing, Organization,
    Provider, Timestamp,
};
use countermand_transport::{
    ApiError, BaseUrl, BoxTransport, Budget, RateLimit, SharedTimer, Transport,
};
use futures_util::Stream;

use crate::{
    AnswerOrder, AskOptions, Connection, ListFailure, Sweep, SweepScope, Timeouts,
    connection::traced,
    each_device::each,
    journal::Header,
    provider::{DeviceSink, ProviderCalls},
    relayed::RelayStatus,
    shared::Shared,
};

/// The result of a check of a connection.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ConnectionInfo {
    /// The organization's name, if the provider tells it.
    pub name: Option<String>,
}

/// One organization at one provider. Cheap to clone; clones share the connection, its rate and its token.
#[derive(Clone, Debug)]
pub struct Client {
    pub(crate) shared: Arc<Shared>,
    pub(crate) asking: AskOptions,
}

impl Client {
    /// Returns a client for `connection` over `backend`, with `timer` as its clock. Nothing is sent yet.
    ///
    /// # Errors
    /// When a key cannot be part of a request. The error does not repeat it.
    pub fn connect(
        connection: Connection,
        backend: impl Transport,
        timer: SharedTimer,
    ) -> Result<Self, InvalidValue> {
        let relay = RelayStatus::default();
        let budget = Arc::new(Budget::new(timer.clone(), connection.rate));
        let transport = connection.stack(backend, &timer, &relay, &budget)?;
        let Connection {
            org, base, rate, ..
        } = connection;
        let calls = ProviderCalls::new(transport.clone(), base.clone(), &org)?;
        Ok(Self {
            shared: Arc::new(Shared {
                calls,
                transport,
                timer,
                org,
                base,
                rate,
                budget: Some(budget),
                relay,
            }),
            asking: AskOptions::default(),
        })
    }

    /// Returns a client over a transport that authenticates each request and keeps to `rate` by itself, for a program
    /// whose other requests share the key and the rate. Nothing is sent yet.
    ///
    /// # Errors
    /// When the provider has no driver.
    pub fn over(
        transport: impl Transport,
        org: Organization,
        base: BaseUrl,
        rate: Option<RateLimit>,
        timer: SharedTimer,
    ) -> Result<Self, InvalidValue> {
        let transport = traced(transport, &timer, &Timeouts::default());
        let calls = ProviderCalls::new(transport.clone(), base.clone(), &org)?;
        Ok(Self {
            shared: Arc::new(Shared {
                calls,
                transport,
                timer,
                org,
                base,
                rate,
                budget: None,
                relay: RelayStatus::default(),
            }),
            asking: AskOptions::default(),
        })
    }

    /// Returns this client with a layer around everything that it sends from now on: each call passes it once, however
    /// often it is tried. Clones of this client stay as they are; rate, token and session are shared with them.
    #[must_use]
    pub fn around<T: Transport>(&self, layer: impl FnOnce(BoxTransport) -> T) -> Self {
        let transport = BoxTransport::new(layer(self.shared.transport.clone()));
        self.with(transport, self.shared.rate)
    }

    /// Returns this client for a run that may spend all requests of an hour at once. From now on others that share its
    /// connection may, too: it has one budget. A client that is [`over`](Self::over) a transport with a rate of its own stays
    /// as it is.
    #[must_use]
    pub fn spending_at_once(&self) -> Self {
        let (Some(rate), Some(budget)) = (self.shared.rate, &self.shared.budget) else {
            return self.clone();
        };
        let rate = rate.at_once();
        budget.widen(rate.burst);
        self.with(self.shared.transport.clone(), Some(rate))
    }

    fn with(&self, transport: BoxTransport, rate: Option<RateLimit>) -> Self {
        let shared = &*self.shared;
        Self {
            shared: Arc::new(Shared {
                calls: shared.calls.over(transport.clone()),
                transport,
                timer: shared.timer.clone(),
                org: shared.org.clone(),
                base: shared.base.clone(),
                rate,
                budget: shared.budget.clone(),
                relay: shared.relay.clone(),
            }),
            asking: self.asking.clone(),
        }
    }

    /// Returns the provider.
    pub fn provider(&self) -> Provider {
        self.shared.org.provider()
    }

    /// Returns the organization.
    pub fn org(&self) -> &Organization {
        &self.shared.org
    }

    /// Returns the clock.
    pub fn timer(&self) -> SharedTimer {
        self.shared.timer.clone()
    }

    /// Returns where the provider's API is.
    pub fn base(&self) -> &BaseUrl {
        &self.shared.base
    }

    /// Returns whether the server between this and the provider last said that this person's session has ended.
    pub fn is_signed_out(&self) -> bool {
        self.shared.relay.signed_out()
    }

    /// Returns whether the server between this and the provider ever required an approval of a cancel.
    pub fn wants_approval(&self) -> bool {
        self.shared.relay.wants_approval()
    }

    /// Checks that the key works for the organization.
    ///
    /// # Errors
    /// When the key is refused, the host cannot be reached, or the response is not the provider's.
    pub async fn check(&self) -> Result<ConnectionInfo, ApiError> {
        let name = self.shared.calls.check().await?;
        Ok(ConnectionInfo { name })
    }

    /// Lists the organization's devices; with `search`, those in whose displayed texts it occurs, without case.
    ///
    /// # Errors
    /// When a page could not be read.
    pub async fn devices(&self, search: Option<&str>) -> Result<Listing<Device>, ApiError> {
        let mut devices = Vec::new();
        let all = self.devices_as_they_come(search, |page: Vec<Device>| devices.extend(page));
        let mut listing = all.await?;
        listing.items = devices;
        Ok(listing)
    }

    /// Lists the devices like [`Self::devices`], and passes on each page as it comes. The returned listing has no
    /// items, and says how the list ended.
    ///
    /// # Errors
    /// When a page could not be read. The pages before were passed on.
    pub async fn devices_as_they_come(
        &self,
        search: Option<&str>,
        mut sink: impl DeviceSink,
    ) -> Result<Listing<Device>, ApiError> {
        self.shared.calls.devices(search, &mut sink).await
    }

    /// Lists the devices of a sweep like [`Self::devices_as_they_come`]. Returns whether these are all.
    ///
    /// # Errors
    /// When a page could not be read. The pages before were passed on.
    pub async fn sweep_devices(
        &self,
        sweep: &Sweep,
        mut sink: impl DeviceSink,
    ) -> Result<bool, ApiError> {
        let (search, named) = match &sweep.scope {
            SweepScope::Organization => (None, None),
            SweepScope::Search(text) => (Some(text.as_str()), None),
            SweepScope::Devices(devices) => (None, Some(devices)),
        };
        let Some(named) = named else {
            return Ok(self.devices_as_they_come(search, sink).await?.is_whole());
        };
        let mut left: HashSet<DeviceRef> = named.iter().cloned().collect();
        let mut found = Vec::new();
        let listed = self
            .devices_as_they_come(None, |page: Vec<Device>| {
                let is_named = |device: &Device| {
                    let also = device.also.as_ref();
                    left.remove(&device.device) | also.is_some_and(|also| left.remove(also))
                };
                found.extend(page.into_iter().filter(is_named));
            })
            .await;
        // The list only tells more of devices that are named anyway.
        found.extend(left.into_iter().map(Device::new));
        sink.take(found);
        listed.map(|listing| listing.is_whole())
    }

    /// Lists the commands of a device, newest first; with `state`, those in that state.
    ///
    /// # Errors
    /// When a page could not be read.
    pub async fn list(
        &self,
        device: &DeviceRef,
        state: Option<CommandState>,
    ) -> Result<Listing<Command>, ApiError> {
        self.shared.calls.list(device, state).await
    }

    /// Lists the pending commands of a device and those whose state is unknown, newest first.
    ///
    /// # Errors
    /// When a page could not be read.
    pub async fn list_waiting(&self, device: &DeviceRef) -> Result<Listing<Command>, ApiError> {
        self.shared.calls.waiting(device).await
    }

    /// Lists the commands of a device that were created at `oldest` or later, in any state, and perhaps older ones: mostly
    /// one request.
    ///
    /// # Errors
    /// When a page could not be read.
    pub async fn list_back_to(
        &self,
        device: &DeviceRef,
        oldest: Timestamp,
    ) -> Result<Vec<Command>, ApiError> {
        self.shared.calls.list_back_to(device, Some(oldest)).await
    }

    /// Reads one command.
    ///
    /// # Errors
    /// When it could not be read, or the response is about another one.
    pub async fn get(&self, device: &DeviceRef, id: &CommandId) -> Result<Command, ApiError> {
        self.shared.calls.command(device, id).await
    }

    /// Returns the first line of a new journal of this connection.
    pub fn header(&self) -> Header {
        Header::new(self.org().clone(), self.base().clone(), &self.shared.timer)
    }

    /// Checks that a journal with this header is of this connection.
    ///
    /// # Errors
    /// Names what differs, with both values.
    pub fn check_header(&self, header: &Header) -> Result<(), InvalidValue> {
        self.check_connection(header.provider, &header.base_url, &header.org)
    }

    pub(crate) fn check_connection(
        &self,
        provider: Provider,
        base_url: &BaseUrl,
        org: &Organization,
    ) -> Result<(), InvalidValue> {
        let differs = |field, ours: &str, theirs: &str| {
            Err(InvalidValue::new(
                field,
                "must be that of the file",
                &format!("{ours} (the file has {theirs})"),
            ))
        };
        if provider != self.provider() {
            return differs("provider", self.provider().as_str(), provider.as_str());
        }
        if base_url != self.base() {
            return differs("base_url", self.base().as_str(), base_url.as_str());
        }
        if org != self.org() {
            return differs("org", self.org().as_str(), org.as_str());
        }
        Ok(())
    }

    /// Returns this client with options for asking about several devices.
    #[must_use]
    pub fn asking(mut self, options: AskOptions) -> Self {
        self.asking = options;
        self
    }

    /// Asks about each of `devices`, as [`Self::asking`] says.
    pub(crate) fn ask_each<D, T, F, A>(
        &self,
        order: AnswerOrder,
        devices: Vec<D>,
        ask: A,
    ) -> impl Stream<Item = (D, Result<T, ListFailure>)> + use<D, T, F, A>
    where
        A: Fn(&D) -> F + Clone,
        F: Future<Output = Result<T, ApiError>>,
    {
        each(&self.shared.timer, &self.asking, order, devices, ask)
    }

    /// Lists the commands of each of `devices`, several devices at once: like [`Self::list_waiting`] if
    /// `waiting_only`, otherwise like [`Self::list`].
    pub fn list_each<'c>(
        &'c self,
        devices: Vec<DeviceRef>,
        state: Option<CommandState>,
        waiting_only: bool,
        order: AnswerOrder,
    ) -> impl Stream<Item = (DeviceRef, Result<Listing<Command>, ListFailure>)> + 'c {
        self.ask_each(order, devices, move |device: &DeviceRef| {
            let device = device.clone();
            async move {
                match waiting_only {
                    true => self.list_waiting(&device).await,
                    false => self.list(&device, state).await,
                }
            }
        })
    }
}

#[cfg(test)]
mod tests;
