//! `countermand brake-rules`: what two operators agree on beforehand, so that one person's press is enough, or none.

mod args;
mod decide;
mod list;
mod propose;

pub(super) use args::BrakeRulesArgs;

use args::Action;

use crate::{
    args::GlobalOptions,
    exit::Exit,
    failure::{Failure, in_words},
    server::ServerError,
    settings::{ServerSession, Settings},
    signals::Signals,
};

/// Asks the server.
pub(super) async fn run(global: &GlobalOptions, args: &BrakeRulesArgs) -> Result<Exit, Failure> {
    let settings = Settings::gather(global).await?;
    let session = settings.open_server()?;
    let mut signals = Signals::catch()
        .map_err(|error| Failure::before_sending(format!("Cannot catch signals: {error}")))?;
    match &args.action {
        Action::List(args) => list::run(&session, args).await,
        Action::Propose(args) => propose::run(&session, args, &mut signals).await,
        Action::Sign(args) => decide::sign(&session, args, &mut signals).await,
        Action::Decline(args) => decide::decline(&session, args).await,
        Action::Revoke(args) => decide::revoke(&session, args).await,
    }
}

/// Returns the failure of a request about rules, or about the one with this id.
fn failure(session: &ServerSession, id: Option<&str>, error: &ServerError) -> Failure {
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
