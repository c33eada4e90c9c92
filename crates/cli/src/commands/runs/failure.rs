//! A server's refusal, in words.

use crate::{
    failure::{Failure, in_words},
    server::ServerError,
    settings::ServerSession,
};

/// Returns the failure of a request about the run with this id.
pub(super) fn failure(session: &ServerSession, id: &str, error: &ServerError) -> Failure {
    let message = match error.is_not_found() {
        true => format!(
            "No run {id} at connection {} of the server.",
            session.server.connection()
        ),
        false => format!("Run {id}: {}", in_words(error)),
    };
    Failure::before_sending(session.session.redactor.of(&message))
}
