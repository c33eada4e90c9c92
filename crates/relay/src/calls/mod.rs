//! What a request asks a vendor for: one of the endpoints in use, or nothing at all.
//!
//! A request is read into a [`Call`] and made anew from it. Nothing of its text is passed on, so nothing
//! that a text can hide reaches a vendor.

mod applivery;
mod enos;
mod path;
mod query;

use bytes::Bytes;
use countermand_core_model::{CommandId, CommandState, DeviceRef, Organization, VendorWord};
use countermand_transport::{ApiError, BaseUrl, Route};
use http::{Method, Request, Response};

pub(crate) use path::segments;
pub(crate) use query::Query;

/// One call of an endpoint, with its parameters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Call {
    Applivery(applivery::Call),
    Enos(enos::Call),
}

/// A request as it came, as far as a call is in it.
#[derive(Debug)]
pub(crate) struct Asked<'a> {
    pub(crate) method: &'a Method,
    /// The path below the connection's, segment by segment, decoded.
    pub(crate) segments: &'a [&'a str],
    pub(crate) query: Query,
    pub(crate) body: &'a Bytes,
}

/// Why a request is no call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NoCall {
    /// There is no such endpoint, organisation or parameter.
    Unknown,
    /// The endpoint is there, but not with this method.
    Method(&'static str),
}

/// What a cancel is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Cancelling {
    pub(crate) device: DeviceRef,
    /// None: everything that waits on the device.
    pub(crate) command: Option<CommandId>,
}

/// Where a command was seen to stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Sighting {
    pub(crate) device: DeviceRef,
    pub(crate) command: CommandId,
    pub(crate) kind: String,
    pub(crate) state: CommandState,
}

impl Call {
    /// The call of `asked` at `org`.
    pub(crate) fn read(org: &Organization, asked: &Asked<'_>) -> Result<Self, NoCall> {
        match org {
            Organization::Applivery(org) => applivery::Call::read(org, asked).map(Self::Applivery),
            Organization::Enos(org) => enos::Call::read(org, asked).map(Self::Enos),
        }
    }

    /// Which endpoint.
    pub(crate) fn route(&self) -> Route {
        match self {
            Self::Applivery(call) => call.route(),
            Self::Enos(call) => call.route(),
        }
    }

    /// What it cancels, where it does.
    pub(crate) fn cancelling(&self) -> Option<Cancelling> {
        match self {
            Self::Applivery(call) => call.cancelling(),
            Self::Enos(call) => call.cancelling(),
        }
    }

    /// The request for it.
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

    /// What an answer to a cancel means: taken, or the error that it is.
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

    /// The commands that an answer to a reading shows; none where it shows none, or is an error.
    pub(crate) fn sightings(
        &self,
        org: &Organization,
        response: &Response<Bytes>,
    ) -> Vec<Sighting> {
        match (self, org) {
            (Self::Applivery(call), Organization::Applivery(org)) => call.sightings(org, response),
            (Self::Enos(call), Organization::Enos(org)) => call.sightings(org, response),
            _ => Vec::new(),
        }
    }

    /// The reading of one command, which its cancel does not name the kind of.
    pub(crate) fn reading(cancelling: &Cancelling) -> Option<Self> {
        match (&cancelling.device, cancelling.command.as_ref()?) {
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
}

fn sighting(command: countermand_core_model::Command) -> Sighting {
    Sighting {
        device: command.device,
        command: command.id,
        kind: command.kind,
        state: command.state,
    }
}

#[cfg(test)]
mod tests;
