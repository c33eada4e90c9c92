//! Parses a request into a call of one of the endpoints in use.
//!
//! A new request is made from the [`Call`]. Nothing of the original text is forwarded, so nothing that is hidden in it
//! reaches a provider.

mod applivery;
mod cancel_target;
mod enos;
mod observed_state;
mod parse_error;
mod path;
mod query;
mod raw_call;

use bytes::Bytes;
use countermand_core_model::{
    CommandId, CommandState, DeviceRef, Organization, PageRequest, VendorWord,
};
use countermand_transport::{ApiError, BaseUrl, Route};
use http::{Request, Response};

pub(crate) use cancel_target::CancelTarget;
pub(crate) use observed_state::{ObservedPage, ObservedState};
pub(crate) use parse_error::ParseError;
pub(crate) use path::segments;
pub(crate) use query::Query;
pub(crate) use raw_call::RawCall;

/// One call of an endpoint, with its parameters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Call {
    Applivery(applivery::Call),
    Enos(enos::Call),
}

impl Call {
    /// Parses a call to `org`.
    pub(crate) fn read(org: &Organization, raw: &RawCall<'_>) -> Result<Self, ParseError> {
        match org {
            Organization::Applivery(org) => applivery::Call::read(org, raw).map(Self::Applivery),
            Organization::Enos(org) => enos::Call::read(org, raw).map(Self::Enos),
            Organization::Other(_) => Err(ParseError::Unknown),
        }
    }

    /// Returns the endpoint.
    pub(crate) fn route(&self) -> Route {
        match self {
            Self::Applivery(call) => call.route(),
            Self::Enos(call) => call.route(),
        }
    }

    /// Returns what it cancels, where it is a cancel.
    pub(crate) fn target(&self) -> Option<CancelTarget> {
        match self {
            Self::Applivery(call) => call.target(),
            Self::Enos(call) => call.target(),
        }
    }

    /// Makes the request to the provider.
    pub(crate) fn request(
        &self,
        org: &Organization,
        base: &BaseUrl,
    ) -> Result<Request<Bytes>, ApiError> {
        match (self, org) {
            (Self::Applivery(call), Organization::Applivery(org)) => call.request(org, base),
            (Self::Enos(call), Organization::Enos(org)) => call.request(org, base),
            _ => Err(countermand_core_model::InvalidValue::new(
                "organisation",
                "must be of the call's vendor",
                org.as_str(),
            )
            .into()),
        }
    }

    /// Decodes the response to a cancel: the provider's words where it was taken, or the error.
    pub(crate) fn taken(
        &self,
        org: &Organization,
        response: &Response<Bytes>,
    ) -> Result<VendorWord, ApiError> {
        match (self, org) {
            (Self::Applivery(call), Organization::Applivery(org)) => call.taken(org, response),
            (Self::Enos(call), Organization::Enos(org)) => call.taken(org, response),
            _ => Ok(VendorWord::default()),
        }
    }

    /// Returns the commands in a response. Empty where it has none, or is an error.
    pub(crate) fn observed_states(
        &self,
        org: &Organization,
        response: &Response<Bytes>,
    ) -> Vec<ObservedState> {
        let shown = self.shown(org, response);
        shown.map(|shown| shown.commands).unwrap_or_default()
    }

    /// Decodes the response to a read. `None` where it is an error.
    pub(crate) fn shown(
        &self,
        org: &Organization,
        response: &Response<Bytes>,
    ) -> Option<ObservedPage> {
        match (self, org) {
            (Self::Applivery(call), Organization::Applivery(org)) => call.shown(org, response),
            (Self::Enos(call), Organization::Enos(org)) => call.shown(org, response),
            _ => None,
        }
    }

    /// Returns the call that reads the command of a cancel.
    pub(crate) fn reading(target: &CancelTarget) -> Option<Self> {
        match (&target.device, target.command.as_ref()?) {
            (DeviceRef::Applivery(device), CommandId::Applivery(id)) => {
                Some(Self::Applivery(applivery::Call::Command {
                    device: device.clone(),
                    id: id.clone(),
                }))
            }
            (DeviceRef::Enos(device), CommandId::Enos(id)) => {
                Some(Self::Enos(enos::Call::Command {
                    device: device.clone(),
                    id: id.clone(),
                }))
            }
            _ => None,
        }
    }

    /// Returns the call that reads a page of what waits on a device, where the provider has a call that cancels all of it.
    pub(crate) fn waiting(device: &DeviceRef, number: u32) -> Option<Self> {
        match device {
            DeviceRef::Enos(device) => Some(Self::Enos(enos::Call::Commands {
                device: device.clone(),
                state: Some(CommandState::Pending),
                page: PageRequest { number, size: PAGE },
            })),
            _ => None,
        }
    }
}

/// The size of a page of pending commands, as the provider recommends.
pub(crate) const PAGE: u32 = 50;

/// Returns the call in `method target` with `body`, where there is one. `target` is a path with its query.
#[cfg(any(test, feature = "fuzzing"))]
pub(crate) fn read_target(
    org: &Organization,
    method: &str,
    target: &str,
    body: &[u8],
) -> Option<Call> {
    let (path, query) = match target.split_once('?') {
        Some((path, query)) => (path, Some(query)),
        None => (target, None),
    };
    let segments = segments(path)?;
    let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
    let raw = RawCall {
        method: &http::Method::from_bytes(method.as_bytes()).ok()?,
        segments: &segments,
        query: Query::read(query)?,
        body: &Bytes::copy_from_slice(body),
    };
    Call::read(org, &raw).ok()
}

#[cfg(test)]
mod tests;
