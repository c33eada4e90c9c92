//! `POST /connect-service/v2.1/commands?action=cancel`, with a `commandId` and without one

use bytes::Bytes;
use countermand_core_model::{
    CancelAnswer, EnosDevice,
    enos::{CommandId, OrgId},
};
use countermand_transport::{ApiError, BaseUrl, Endpoint, RequestClass, Route};
use http::{Request, Response};

use super::request::{COMMANDS, command_query, post_nothing};
use crate::{convert, wire::Envelope};

/// Cancels one pending command. A good answer only says that the cancel was accepted.
///
/// <https://support.envisioniot.com/docs/api/en/2.1.0/connect/cancel_command.html>
#[derive(Clone, Copy, Debug)]
pub struct CancelCommand<'a> {
    /// The organization.
    pub org: &'a OrgId,
    /// The device.
    pub device: &'a EnosDevice,
    /// The command. Never absent: the provider reads its absence as "everything".
    pub id: &'a CommandId,
}

impl Endpoint for CancelCommand<'_> {
    type Output = CancelAnswer;

    const ROUTE: Route = Route {
        operation: "enos.cancel_command",
        method: "POST",
        template: "/connect-service/v2.1/commands?action=cancel&commandId={commandId}",
    };
    const CLASS: RequestClass = RequestClass::Cancel;

    fn request(&self, base: &BaseUrl) -> Result<Request<Bytes>, ApiError> {
        let mut query = command_query("cancel", self.org, self.device);
        query.push(("commandId", self.id.as_str()));
        Ok(post_nothing(base.join(&COMMANDS, query)?))
    }

    fn decode(&self, response: &Response<Bytes>) -> Result<CancelAnswer, ApiError> {
        let envelope = Envelope::open(response)?;
        Ok(convert::cancel_answer(self.org, self.device, envelope))
    }
}

/// Cancels every pending command of a device. Newer installations may refuse it, and require one cancel
/// for each command.
///
/// <https://support.envisioniot.com/docs/api/en/2.1.0/connect/cancel_command.html>
#[derive(Clone, Copy, Debug)]
pub struct CancelEverything<'a> {
    /// The organization.
    pub org: &'a OrgId,
    /// The device.
    pub device: &'a EnosDevice,
}

impl Endpoint for CancelEverything<'_> {
    type Output = CancelAnswer;

    const ROUTE: Route = Route {
        operation: "enos.cancel_everything",
        method: "POST",
        template: "/connect-service/v2.1/commands?action=cancel",
    };
    const CLASS: RequestClass = RequestClass::Cancel;

    fn request(&self, base: &BaseUrl) -> Result<Request<Bytes>, ApiError> {
        let query = command_query("cancel", self.org, self.device);
        Ok(post_nothing(base.join(&COMMANDS, query)?))
    }

    fn decode(&self, response: &Response<Bytes>) -> Result<CancelAnswer, ApiError> {
        let envelope = Envelope::open(response)?;
        Ok(convert::cancel_answer(self.org, self.device, envelope))
    }
}
