//! An open connection.

use countermand_client::Client;
use countermand_core_model::SeverityRules;
use countermand_transport::SharedTimer;

use super::redactor::Redactor;
use crate::server::ServerClient;

/// A client, and what must not be printed while it is used.
pub(crate) struct Session {
    pub(crate) client: Client,
    pub(crate) timer: SharedTimer,
    pub(crate) redactor: Redactor,
    /// How grave commands are in the operator's words.
    pub(crate) severity_rules: SeverityRules,
    /// The options of the connection as they were given, to be repeated in hints.
    pub(crate) given: String,
    /// The server that drives the runs, if a server holds the keys.
    pub(crate) server: Option<ServerClient>,
}

impl Session {
    /// Returns the connection in words: "acme at Applivery (api.applivery.io)".
    pub(crate) fn place(&self) -> String {
        let origin = self.client.base().origin();
        let host = origin.split_once("://").map_or(origin, |(_, host)| host);
        let provider = self.client.provider().display_name();
        format!("{} at {provider} ({host})", self.client.org())
    }
}

/// An open connection of a server, and the server's runs.
pub(crate) struct ServerSession {
    pub(crate) session: Session,
    pub(crate) server: ServerClient,
}
