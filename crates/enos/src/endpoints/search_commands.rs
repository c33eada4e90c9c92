//! `POST /connect-service/v2.1/commands?action=search`

use bytes::Bytes;
use countermand_core_model::{
    Command, CommandState, EnosDevice, Page, PageRequest,
    enos::{CommandId, OrgId},
};
use countermand_transport::{ApiError, BaseUrl, Endpoint, RequestClass, Route};
use http::{Request, Response};

use super::request::{COMMANDS, command_query, post_json};
use crate::{
    convert, state,
    wire::{SearchBody, WireCommand, WrittenSearch, list},
};

/// A page of the commands of a device, newest first.
///
/// <https://support.envisioniot.com/docs/api/en/2.1.0/connect/search_command.html>
#[derive(Clone, Copy, Debug)]
pub struct SearchCommands<'a> {
    /// The organization.
    pub org: &'a OrgId,
    /// The device.
    pub device: &'a EnosDevice,
    /// Only commands in this state. A state without a number is not sent, and a server may ignore it: the
    /// answer is not filtered here.
    pub state: Option<CommandState>,
    /// The page.
    pub page: PageRequest,
}

impl SearchCommands<'_> {
    /// The page size that the provider recommends at most.
    pub const PAGE_SIZE: u32 = 50;

    /// Reads the state and the page of a body made by [`Endpoint::request`]. None for any other body.
    pub fn read_body(body: &[u8]) -> Option<(Option<CommandState>, PageRequest)> {
        let search = WrittenSearch::read(body)?;
        let state = match &search.expression {
            Some(expression) => {
                let state = state::from_word(expression.strip_prefix("state = ")?);
                // A state without a number is never sent.
                state::number(state)?;
                Some(state)
            }
            None => None,
        };
        Some((state, search.page(Self::PAGE_SIZE)?))
    }

    fn decode_item(&self, wire: &WireCommand<'_>) -> Option<Command> {
        if wire.is_of_another(self.device) {
            return None;
        }
        let id = CommandId::parse(wire.id.as_deref()?).ok()?;
        Some(convert::command(self.org, self.device.clone(), id, wire))
    }
}

impl Endpoint for SearchCommands<'_> {
    type Output = Page<Command>;

    const ROUTE: Route = Route {
        operation: "enos.search_commands",
        method: "POST",
        template: "/connect-service/v2.1/commands?action=search",
    };
    const CLASS: RequestClass = RequestClass::Read;

    fn request(&self, base: &BaseUrl) -> Result<Request<Bytes>, ApiError> {
        let uri = base.join(&COMMANDS, command_query("search", self.org, self.device))?;
        let expression = self
            .state
            .and_then(state::number)
            .map(|number| format!("state = {number}"));
        let body = SearchBody {
            expression,
            pagination: self.page.into(),
            projection: &[],
        };
        Ok(post_json(uri, &body)?)
    }

    /// Items without a valid id, and those that say they are another device's, are undecodable.
    fn decode(&self, response: &Response<Bytes>) -> Result<Page<Command>, ApiError> {
        list::commands(response, |wire| self.decode_item(wire))
    }
}
