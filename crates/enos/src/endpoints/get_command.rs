//! `GET /connect-service/v2.1/commands?action=get`

use bytes::Bytes;
use countermand_core_model::{
    Command, EnosDevice,
    enos::{CommandId, OrgId},
};
use countermand_transport::{ApiError, BaseUrl, Endpoint, RequestClass, Route};
use http::{Request, Response};

use super::request::{COMMANDS, command_query, get};
use crate::{
    convert,
    wire::{Envelope, WireCommand},
};

/// One command of a device.
///
/// <https://support.envisioniot.com/docs/api/en/2.1.0/connect/get_command.html>
#[derive(Clone, Copy, Debug)]
pub struct GetCommand<'a> {
    /// The organization.
    pub org: &'a OrgId,
    /// The device.
    pub device: &'a EnosDevice,
    /// The command.
    pub id: &'a CommandId,
}

impl Endpoint for GetCommand<'_> {
    type Output = Command;

    const ROUTE: Route = Route {
        operation: "enos.get_command",
        method: "GET",
        template: "/connect-service/v2.1/commands?action=get",
    };
    const CLASS: RequestClass = RequestClass::Read;

    fn request(&self, base: &BaseUrl) -> Result<Request<Bytes>, ApiError> {
        let mut query = command_query("get", self.org, self.device);
        query.push(("commandId", self.id.as_str()));
        Ok(get(base.join(&COMMANDS, query)?))
    }

    fn decode(&self, response: &Response<Bytes>) -> Result<Command, ApiError> {
        let envelope = Envelope::open(response)?;
        let wire = envelope
            .members
            .raw("data")
            .and_then(WireCommand::of)
            .ok_or_else(|| envelope.unreadable("the answer has no command"))?;
        if wire.id.as_deref().is_some_and(|id| id != self.id.as_str()) {
            return Err(envelope.unreadable("the answer is about another command"));
        }
        if wire.is_of_another(self.device) {
            return Err(envelope.unreadable("the answer is about another device"));
        }
        Ok(convert::command(
            self.org,
            self.device.clone(),
            self.id.clone(),
            &wire,
        ))
    }
}
