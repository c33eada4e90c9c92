//! The server's approval routes, as both sides of the two-person rule use them.

use countermand_console::approval::Approval;

use super::connection::ConnectionHandle;
use crate::platform::relay::Answer;

/// What an operator decides about an approval request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// It may be sent.
    Approve,
    /// It may not be sent.
    Decline,
    /// The requester takes it back.
    Withdraw,
}

impl Decision {
    pub(super) const fn body(self) -> &'static str {
        match self {
            Self::Approve => r#"{"decision":"approve"}"#,
            Self::Decline => r#"{"decision":"decline"}"#,
            Self::Withdraw => r#"{"decision":"withdraw"}"#,
        }
    }
}

/// Returns the path of the connection's approvals, or of one of them.
pub(super) fn path(connection: ConnectionHandle, id: Option<&str>) -> String {
    let relay = connection.relay();
    let name = relay.as_ref().map_or("", |relay| &relay.offer.name);
    match id {
        None => format!("relay/{name}/approvals"),
        Some(id) => format!("relay/{name}/approvals/{id}"),
    }
}

/// Returns the approval of a good answer.
pub(super) fn read_approval(connection: ConnectionHandle, answer: &Answer) -> Option<Approval> {
    let good = answer.is_good().then_some(&answer.text)?;
    Approval::of_text(connection.provider(), good)
}
