//! `countermand runs`: the runs that a server drives, and those of this machine.

mod approve;
mod args;
mod failure;
mod journal;
mod list;
mod local;
mod local_run;
mod one;
mod read;

pub(super) use args::RunsArgs;

use args::Action;

use crate::{
    args::GlobalOptions, exit::Exit, failure::Failure, settings::Settings, signals::Signals,
};

/// Asks the server, or looks into the user's folder.
pub(super) async fn run(global: &GlobalOptions, args: &RunsArgs) -> Result<Exit, Failure> {
    if global.server.is_none() && global.connection.is_none() {
        return local::run(&args.action);
    }
    let settings = Settings::gather(global).await?;
    let session = settings.open_server()?;
    let mut signals = Signals::catch()
        .map_err(|error| Failure::before_sending(format!("Cannot catch signals: {error}")))?;
    match &args.action {
        Action::List(args) => list::run(&session, args).await,
        Action::Show(args) => one::show(&session, args).await,
        Action::Watch(args) => one::watch(&session, args, &mut signals).await,
        Action::Stop(args) => one::stop(&session, args, &mut signals).await,
        Action::Resume(args) => one::resume(&session, args, &mut signals).await,
        Action::Read(args) => read::run(&session, args, &mut signals).await,
        Action::Approve(args) => approve::approve(&session, args, &mut signals).await,
        Action::Decline(args) => approve::decline(&session, args).await,
        Action::Journal(args) => journal::run(&session, args, &mut signals).await,
    }
}
