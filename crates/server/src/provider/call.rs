//! What a provider's calls have in common.

use std::sync::Arc;

use bytes::Bytes;
use countermand_core_model::{
    Command, CommandId, CommandState, DeviceRef, InvalidValue, Keys, Organization, Page, Provider,
    ProviderDetail, Timestamp,
};
use countermand_transport::{
    ApiError, BaseUrl, BoxTransport, Endpoint, RequestClass, Route, SharedTimer,
};
use http::{Method, Request, Response};

use super::query::{ParseError, Query};

/// What the server needs of a provider.
pub(crate) struct ServedProvider {
    pub(crate) provider: Provider,
    /// The first segment of its API's paths.
    pub(super) path: &'static str,
    /// Parses a call to an organization.
    pub(super) parse: fn(&Organization, &BaseUrl, &RawCall<'_>) -> Result<Call, ParseError>,
    /// Returns the call that reads one command.
    pub(crate) get_command: fn(&Organization, &BaseUrl, &DeviceRef, &CommandId) -> Option<Call>,
    /// Wraps a transport in the layer that authenticates each request.
    pub(crate) authenticate:
        fn(BoxTransport, &BaseUrl, &Keys, &SharedTimer) -> Result<BoxTransport, InvalidValue>,
    /// Returns the body of an error in the provider's form, from the HTTP status and a message.
    pub(crate) error_body: fn(u16, &str) -> Vec<u8>,
}

/// A call of one endpoint: the request to the provider, and how its response is decoded.
#[derive(Clone)]
pub(crate) struct Call {
    pub(crate) route: Route,
    /// What it cancels, where it is a cancel.
    pub(crate) target: Option<CancelTarget>,
    pub(crate) request: Request<Bytes>,
    decode: Decode,
}

/// Decodes a response.
#[derive(Clone)]
enum Decode {
    Nothing,
    Cancel(Decoder<Result<ProviderDetail, ApiError>>),
    Commands(Decoder<Option<Vec<ObservedState>>>),
}

type Decoder<T> = Arc<dyn Fn(&Response<Bytes>) -> T + Send + Sync>;

impl Call {
    /// Returns the call of an endpoint.
    pub(super) fn new<E: Endpoint>(endpoint: &E, base: &BaseUrl) -> Result<Self, ParseError> {
        // No valid parameter makes an invalid request.
        let mut request = endpoint.request(base).map_err(|_| ParseError::Malformed)?;
        request.extensions_mut().insert(E::ROUTE);
        request.extensions_mut().insert(RequestClass::Read);
        Ok(Self {
            route: E::ROUTE,
            target: None,
            request,
            decode: Decode::Nothing,
        })
    }

    /// Returns it as a cancel of `target`.
    pub(super) fn cancels(
        mut self,
        target: CancelTarget,
        decode: impl Fn(&Response<Bytes>) -> Result<ProviderDetail, ApiError> + Send + Sync + 'static,
    ) -> Self {
        self.request.extensions_mut().insert(RequestClass::Cancel);
        self.target = Some(target);
        self.decode = Decode::Cancel(Arc::new(decode));
        self
    }

    /// Returns it as a reading of commands.
    pub(super) fn reads(
        mut self,
        decode: impl Fn(&Response<Bytes>) -> Option<Vec<ObservedState>> + Send + Sync + 'static,
    ) -> Self {
        self.decode = Decode::Commands(Arc::new(decode));
        self
    }

    /// Takes the request to the provider, which is sent once.
    pub(crate) fn take_request(&mut self) -> Request<Bytes> {
        std::mem::take(&mut self.request)
    }

    /// Decodes the response to a cancel: the provider's words where it was taken, or the error.
    pub(crate) fn decode_cancel(
        &self,
        response: &Response<Bytes>,
    ) -> Result<ProviderDetail, ApiError> {
        match &self.decode {
            Decode::Cancel(decode) => decode(response),
            Decode::Commands(_) | Decode::Nothing => Ok(ProviderDetail::default()),
        }
    }

    /// Decodes the commands in a response. `None` where it has none, or is an error.
    pub(crate) fn decode_commands(&self, response: &Response<Bytes>) -> Option<Vec<ObservedState>> {
        match &self.decode {
            Decode::Commands(decode) => decode(response),
            Decode::Cancel(_) | Decode::Nothing => None,
        }
    }
}

/// The parts of a request that make a call.
#[derive(Debug)]
pub(crate) struct RawCall<'a> {
    pub(crate) method: &'a Method,
    /// The path below the connection's, segment by segment, decoded.
    pub(crate) segments: &'a [&'a str],
    pub(crate) query: Query,
    pub(crate) body: &'a Bytes,
}

/// The target of a cancel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CancelTarget {
    pub(crate) device: DeviceRef,
    /// `None` for everything that waits on the device.
    pub(crate) command: Option<CommandId>,
}

/// A command as a response shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ObservedState {
    pub(crate) device: DeviceRef,
    pub(crate) command: CommandId,
    pub(crate) kind: String,
    pub(crate) name: Option<String>,
    pub(crate) created_at: Option<Timestamp>,
    pub(crate) state: CommandState,
}

impl ObservedState {
    /// Returns whether it is the command with this id.
    pub(crate) fn is_of(&self, id: &CommandId) -> bool {
        let (found, raw) = (self.command.to_string(), id.to_string());
        found.eq_ignore_ascii_case(&raw)
    }
}

impl From<Command> for ObservedState {
    fn from(command: Command) -> Self {
        Self {
            device: command.device,
            command: command.id,
            kind: command.kind,
            name: command.name,
            created_at: command.created_at,
            state: command.state,
        }
    }
}

/// Returns the command of a response.
pub(super) fn observed(command: Command) -> Vec<ObservedState> {
    vec![command.into()]
}

/// Returns the commands of a response, without those that cannot be read.
pub(super) fn observed_page(page: Page<Command>) -> Vec<ObservedState> {
    page.items.into_iter().map(Into::into).collect()
}
