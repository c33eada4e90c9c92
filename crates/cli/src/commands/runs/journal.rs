//! `countermand runs journal`.

use super::{args::JournalArgs, failure::failure};
use crate::{
    commands::{
        following::{check_chain, fetch_journal},
        running::NewJournal,
    },
    exit::Exit,
    failure::Failure,
    output::print,
    settings::ServerSession,
    signals::Signals,
};

/// Prints the journal, or writes it to a new file.
pub(super) async fn run(
    session: &ServerSession,
    args: &JournalArgs,
    signals: &mut Signals,
) -> Result<Exit, Failure> {
    let file = args
        .journal
        .as_deref()
        .map(NewJournal::create)
        .transpose()?;
    let (server, redactor) = (&session.server, &session.session.redactor);
    let found = server.run(&args.id).await;
    found.map_err(|error| failure(session, &args.id, &error))?;
    let bytes = fetch_journal(&session.session, server, &args.id, signals).await?;
    let checked = check_chain(&bytes);
    match file {
        Some(file) => file.keep(bytes).await?,
        None => print(&String::from_utf8_lossy(&bytes))?,
    }
    match checked {
        Ok(()) => Ok(Exit::AsAsked),
        Err(broken) => Err(Failure::before_sending(
            redactor.of(&broken.words(&args.id)),
        )),
    }
}
