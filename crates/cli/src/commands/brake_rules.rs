//! `countermand brake-rules`: what two operators agree on beforehand, so that one person's press is enough, or none.

mod args;
mod decide;
mod list;
mod propose;
mod refused;

pub(super) use args::BrakeRulesArgs;

use args::Action;

use crate::{
    args::GlobalOptions, exit::Exit, failure::Failure, settings::Settings, signals::Signals,
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
