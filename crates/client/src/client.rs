//! The client: one connection, and what can be asked over it.

use std::sync::Arc;

use countermand_core_model::{
    Command, CommandId, CommandState, Device, DeviceRef, InvalidValue, Listing, Organization,
    Provider,
};
use countermand_transport::{ApiError, BaseUrl, SharedTimer, Transport};
use futures_util::Stream;

use crate::{
    AnswerOrder, AskOptions, Connection, ListFailure,
    each_device::each,
    journal::Header,
    provider::{DeviceSink, ProviderCalls},
    relayed::RelaySays,
    shared::Shared,
};

/// What a check of a connection found.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Found {
    /// The organisation's name, where the vendor tells it.
    pub name: Option<String>,
}

/// One organisation at one vendor. Cheap to clone; clones share the connection, its rate and its token.
#[derive(Clone, Debug)]
pub struct Client {
    pub(crate) shared: Arc<Shared>,
    pub(crate) asking: AskOptions,
}

impl Client {
    /// A client for `connection` over `backend`, with `timer` as its clock. Nothing is sent yet.
    ///
    /// # Errors
    /// When a key cannot stand in a request; the error does not repeat it.
    pub fn connect(
        connection: Connection,
        backend: impl Transport,
        timer: SharedTimer,
    ) -> Result<Self, InvalidValue> {
        let relay = RelaySays::default();
        let transport = connection.stack(backend, &timer, &relay)?;
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
                relay,
            }),
            asking: AskOptions::default(),
        })
    }

    /// The vendor.
    pub fn provider(&self) -> Provider {
        self.shared.org.provider()
    }

    /// The organisation.
    pub fn org(&self) -> &Organization {
        &self.shared.org
    }

    /// Its clock.
    pub fn timer(&self) -> SharedTimer {
        self.shared.timer.clone()
    }

    /// Where the vendor's API is.
    pub fn base(&self) -> &BaseUrl {
        &self.shared.base
    }

    /// Did the relay on the way say, the last time it answered, that this person's session has ended?
    pub fn is_signed_out(&self) -> bool {
        self.shared.relay.signed_out()
    }

    /// Did the relay on the way ever want somebody else's approval of a cancel?
    pub fn wants_approval(&self) -> bool {
        self.shared.relay.wants_approval()
    }

    /// Does the key work for the organisation?
    ///
    /// # Errors
    /// Why not: a refused key, an unreachable host, an answer that is not the vendor's.
    pub async fn check(&self) -> Result<Found, ApiError> {
        let name = self.shared.calls.check().await?;
        Ok(Found { name })
    }

    /// The organisation's devices; with `search` those in whose shown texts it occurs, without case.
    ///
    /// # Errors
    /// When a page could not be had.
    pub async fn devices(&self, search: Option<&str>) -> Result<Listing<Device>, ApiError> {
        self.shared.calls.devices(search).await
    }

    /// As [`Self::devices`], each page told as it comes. What comes back has no items, and says how the list ended.
    ///
    /// # Errors
    /// When a page could not be had: what was told before is there all the same.
    pub async fn devices_as_they_come(
        &self,
        search: Option<&str>,
        mut sink: impl DeviceSink,
    ) -> Result<Listing<Device>, ApiError> {
        self.shared.calls.devices_by_page(search, &mut sink).await
    }

    /// A device's commands, newest first; with `state` those in that state.
    ///
    /// # Errors
    /// When a page could not be had.
    pub async fn list(
        &self,
        device: &DeviceRef,
        state: Option<CommandState>,
    ) -> Result<Listing<Command>, ApiError> {
        self.shared.calls.list(device, state).await
    }

    /// What waits on a device, newest first, and what may wait: the commands whose state is unknown.
    ///
    /// # Errors
    /// When a page could not be had.
    pub async fn list_waiting(&self, device: &DeviceRef) -> Result<Listing<Command>, ApiError> {
        self.shared.calls.waiting(device).await
    }

    /// One command.
    ///
    /// # Errors
    /// When it could not be had, or the answer is about another one.
    pub async fn get(&self, device: &DeviceRef, id: &CommandId) -> Result<Command, ApiError> {
        self.shared.calls.get(device, id).await
    }

    /// The first line of a new journal of this connection.
    pub fn header(&self) -> Header {
        Header::new(self.org().clone(), self.base().clone(), &self.shared.timer)
    }

    /// Is a journal with this header of this connection?
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

    /// This connection, asking about devices as `options` say wherever it lists several or makes a plan.
    #[must_use]
    pub fn asking(mut self, options: AskOptions) -> Self {
        self.asking = options;
        self
    }

    /// Asks about each of `devices` by `ask`, as [`Self::asking`] says.
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

    /// The commands of each of `devices`, several devices at once: as [`Self::list_waiting`] has them where
    /// `waiting_only`, else as [`Self::list`] does.
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
