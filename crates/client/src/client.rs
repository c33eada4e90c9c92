//! The client: one connection, and what can be asked over it.

use std::sync::Arc;

use countermand_core_model::{
    Command, CommandId, CommandState, Device, DeviceRef, InvalidValue, Listing, Organization,
    Provider,
};
use countermand_transport::{
    ApiError, BaseUrl, BoxTransport, CallLimits, Limited, RateLimit, SharedTimer, Transport,
};

use crate::{
    AskOptions, Connection, Observer, Plan, RunOptions, RunResult, StopHandle,
    journal::{Header, Journal, Unfinished},
    provider::{DeviceSink, ProviderCalls},
    relayed::RelaySays,
    run,
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

pub(crate) struct Shared {
    pub(crate) calls: ProviderCalls,
    transport: BoxTransport,
    pub(crate) timer: SharedTimer,
    pub(crate) org: Organization,
    base: BaseUrl,
    pub(crate) rate: Option<RateLimit>,
    relay: RelaySays,
}

impl Shared {
    /// Returns the provider's calls with these limits.
    pub(crate) fn limited(&self, limits: CallLimits) -> ProviderCalls {
        let limited = Limited::new(self.transport.clone(), limits);
        self.calls.over(BoxTransport::new(limited))
    }
}

impl std::fmt::Debug for Shared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Shared")
            .field("org", &self.org)
            .field("base", &self.base)
            .finish_non_exhaustive()
    }
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

    /// Cancels what `plan` holds, reads each again until it settles or `options.verify_for` has passed,
    /// and gives each target exactly one outcome.
    pub async fn run(
        &self,
        plan: Plan,
        options: RunOptions,
        stop: &StopHandle,
        observe: Option<Observer>,
    ) -> RunResult {
        run::run(self.stand(options, stop, observe, None), plan).await
    }

    /// As [`Self::run`], with every step in `journal`: what is meant and what is about to be sent before any
    /// of it leaves. Should the process end in the middle, [`Self::resume`] goes on.
    pub async fn run_recorded(
        &self,
        plan: Plan,
        options: RunOptions,
        stop: &StopHandle,
        observe: Option<Observer>,
        journal: &Journal,
    ) -> RunResult {
        run::run(self.stand(options, stop, observe, Some(journal)), plan).await
    }

    /// Goes on with a run that was broken off or stopped: reads again what may have been sent, sends the
    /// rest, and appends to the same journal. Its rows are those of the whole run. Check first that the
    /// journal is of this connection ([`Self::check_header`]).
    pub async fn resume(
        &self,
        unfinished: Unfinished,
        options: RunOptions,
        stop: &StopHandle,
        observe: Option<Observer>,
        journal: &Journal,
    ) -> RunResult {
        let stand = self.stand(options, stop, observe, Some(journal));
        run::resume(stand, unfinished).await
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

    fn stand<'a>(
        &'a self,
        options: RunOptions,
        stop: &'a StopHandle,
        observe: Option<Observer>,
        journal: Option<&'a Journal>,
    ) -> run::Stand<'a> {
        run::Stand {
            shared: &self.shared,
            options,
            stop,
            observe,
            journal,
        }
    }
}
