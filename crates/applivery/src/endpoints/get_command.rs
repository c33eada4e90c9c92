//! `GET /organizations/{organizationId}/mdm/android/enterprise/devices/{emmDeviceId}/commands/{emmCommandId}`
//!
//! Permission `mdm.android.command.get`.

use bytes::Bytes;
use countermand_core_model::Command;
use countermand_transport::{ApiError, BaseUrl, Endpoint, RequestClass, Route};
use http::{Method, Request, Response};

use super::request::{bodiless, devices};
use crate::{
    CommandId, DeviceId, OrganizationId, convert, errors,
    wire::{command::WireCommand, identity::Identity},
};

/// One command. An answer about another command is an error: it must not become this one's state.
#[derive(Clone, Copy, Debug)]
pub struct GetCommand<'a> {
    /// The organization.
    pub organization: &'a OrganizationId,
    /// The device.
    pub device: &'a DeviceId,
    /// The command.
    pub id: &'a CommandId,
}

impl Endpoint for GetCommand<'_> {
    type Output = Command;

    const ROUTE: Route = Route {
        operation: "applivery.get_command",
        method: "GET",
        template: "/organizations/{organizationId}/mdm/android/enterprise/devices/{emmDeviceId}/commands/{emmCommandId}",
    };
    const CLASS: RequestClass = RequestClass::Read;

    fn request(&self, base: &BaseUrl) -> Result<Request<Bytes>, ApiError> {
        let command = [self.device.as_str(), "commands", self.id.as_str()];
        bodiless(
            Method::GET,
            base,
            &devices(self.organization, &command),
            &[],
        )
    }

    fn decode(&self, response: &Response<Bytes>) -> Result<Self::Output, ApiError> {
        let owner = convert::Owner {
            organization: self.organization,
            device: self.device,
        };
        let raw = errors::data(response)?;
        let no_command = || errors::unreadable(response, "the data are no command");
        let wire = WireCommand::read(raw)
            .ok()
            .flatten()
            .ok_or_else(no_command)?;
        match convert::identity(&wire) {
            // Every member is documented as optional: without an id it is the requested one.
            Identity::Absent => {}
            Identity::Is(id) if id.as_str().eq_ignore_ascii_case(self.id.as_str()) => {}
            Identity::Is(_) => {
                return Err(errors::unreadable(
                    response,
                    "the answer is about another command",
                ));
            }
            Identity::Invalid => {
                return Err(errors::unreadable(
                    response,
                    "the answer names no valid command id",
                ));
            }
        }
        convert::command(&wire, raw.get(), self.id.clone(), owner).map_err(|_| no_command())
    }
}
