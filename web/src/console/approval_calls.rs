//! The server's approval routes, as both sides of the two-person rule use them.

use countermand_console::approval::Approval;
use countermand_relay_api::route;

use super::connection::ConnectionHandle;
use crate::platform::relay::Answer;

/// Returns the path of the connection's approvals, or of one of them.
pub(super) fn path(connection: ConnectionHandle, id: Option<&str>) -> String {
    let relay = connection.relay();
    let name = relay.as_ref().map_or("", |relay| &relay.offer.name);
    match id {
        None => route::approvals(name),
        Some(id) => route::approval(name, id),
    }
}

/// Returns the approval of a good answer.
pub(super) fn read_approval(connection: ConnectionHandle, answer: &Answer) -> Option<Approval> {
    let good = answer.is_good().then_some(&answer.text)?;
    Approval::of_text(connection.provider(), good)
}
