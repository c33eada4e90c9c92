//! `countermand config`: the configuration file.

use clap::{Args, Subcommand};

use crate::{
    exit::Exit,
    failure::Failure,
    output::{print, say, text::visible},
    settings::ConfigFile,
};

/// Show where the configuration file is.
#[derive(Debug, Args)]
pub(crate) struct ConfigArgs {
    #[command(subcommand)]
    action: Action,
}

/// What to show.
#[derive(Debug, Subcommand)]
enum Action {
    /// Print the path of the configuration file, which need not exist
    Path,
}

/// Runs the action.
pub(super) fn run(args: &ConfigArgs) -> Result<Exit, Failure> {
    let Action::Path = args.action;
    let path = ConfigFile::location()?;
    print(&format!("{}\n", visible(&path.display().to_string())))?;
    if !path.exists() {
        say("it does not exist; `countermand profile add` creates it");
    }
    Ok(Exit::AsAsked)
}
