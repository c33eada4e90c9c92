//! What a request asks a vendor for: one of the endpoints in use, or nothing at all.
//!
//! A request is read into a [`Call`] and made anew from it. Nothing of its text is passed on, so nothing
//! that a text can hide reaches a vendor.

mod applivery;
mod enos;
mod path;
mod query;

use bytes::Bytes;
use countermand_core_model::{
    CommandId, CommandState, DeviceRef, Organization, PageRequest, Timestamp, VendorWord,
};
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
    /// There is no such endpoint or organisation.
    Unknown,
    /// There is, but not with these parameters: one is missing, is there twice, is not known, or is no value of
    /// its kind. What is malformed is never read as if the malformed part were absent.
    Malformed,
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
    pub(crate) name: Option<String>,
    pub(crate) created_at: Option<Timestamp>,
    pub(crate) state: CommandState,
}

impl Sighting {
    /// Is it of this command?
    pub(crate) fn is_of(&self, id: &CommandId) -> bool {
        let (found, asked) = (self.command.to_string(), id.to_string());
        found.eq_ignore_ascii_case(&asked)
    }
}

/// What an answer to a reading shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Shown {
    /// How many commands the answer held, those included that cannot be read.
    pub(crate) received: usize,
    pub(crate) commands: Vec<Sighting>,
}

impl Shown {
    fn one(command: countermand_core_model::Command) -> Self {
        Self {
            received: 1,
            commands: vec![sighting(command)],
        }
    }
}

impl Call {
    /// The call of `asked` at `org`.
    pub(crate) fn read(org: &Organization, asked: &Asked<'_>) -> Result<Self, NoCall> {
        match org {
            Organization::Applivery(org) => applivery::Call::read(org, asked).map(Self::Applivery),
            Organization::Enos(org) => enos::Call::read(org, asked).map(Self::Enos),
            Organization::Other(_) => Err(NoCall::Unknown),
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
        let shown = self.shown(org, response);
        shown.map(|shown| shown.commands).unwrap_or_default()
    }

    /// What an answer to a reading shows; none where it is an error.
    pub(crate) fn shown(&self, org: &Organization, response: &Response<Bytes>) -> Option<Shown> {
        match (self, org) {
            (Self::Applivery(call), Organization::Applivery(org)) => call.shown(org, response),
            (Self::Enos(call), Organization::Enos(org)) => call.shown(org, response),
            _ => None,
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

    /// The reading of a page of what waits on a device, where a vendor has a call that cancels all of it.
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

/// So many commands are read at once of what waits on a device: as the vendor recommends.
pub(crate) const PAGE: u32 = 50;

fn sighting(command: countermand_core_model::Command) -> Sighting {
    Sighting {
        device: command.device,
        command: command.id,
        kind: command.kind,
        name: command.name,
        created_at: command.created_at,
        state: command.state,
    }
}

#[cfg(test)]
mod tests;
