//! Why a request about brake rules did not work.

use crate::{
    failure::{Failure, in_words},
    server::ServerError,
    settings::ServerSession,
};

/// Returns the failure of a request about rules, or about the one with this id.
pub(super) fn failure(session: &ServerSession, id: Option<&str>, error: &ServerError) -> Failure {
    let message = match id {
        Some(id) if error.is_not_found() => format!(
            "No brake rule {id} at connection {} of the server.",
            session.server.connection()
        ),
        Some(id) => format!("Brake rule {id}: {}", in_words(error)),
        None => in_words(error),
    };
    Failure::before_sending(session.session.redactor.of(&message))
}
