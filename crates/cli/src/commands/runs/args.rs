//! The arguments of `countermand runs`.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use countermand_core_model::InvalidValue;

use crate::{args::OutputArgs, run_folder::is_run_id};

/// List and show the runs of this machine; with --server, also watch, stop, resume and approve a server's.
///
/// Without --server, the runs are the journals in countermand/runs of your folder for state.
#[derive(Debug, Args)]
pub(crate) struct RunsArgs {
    #[command(subcommand)]
    pub(super) action: Action,
}

/// What to do with the runs.
#[derive(Debug, Subcommand)]
pub(super) enum Action {
    /// List the runs of this machine, or of the server's connection, the newest first
    List(ListArgs),
    /// Show how far a run is
    Show(RunArgs),
    /// Wait until a run is over, and report what happened to each target
    Watch(RunArgs),
    /// Have a run send no further cancel, wait until what was sent is read, and report like `watch`
    Stop(RunArgs),
    /// Have a stopped run go on, and report like `watch`
    Resume(RunArgs),
    /// Read again what the run left open, and print the state of each now
    Read(RunArgs),
    /// Show what somebody else asks to cancel, as the server read it at the provider, and approve it
    Approve(ApproveArgs),
    /// Decline what somebody else asks to cancel
    Decline(RunArgs),
    /// Print the journal of a run
    Journal(JournalArgs),
}

#[derive(Debug, Args)]
pub(super) struct ApproveArgs {
    #[command(flatten)]
    pub(super) run: RunArgs,
    /// Approve without asking
    #[arg(long, short)]
    pub(super) yes: bool,
}

#[derive(Debug, Args)]
pub(super) struct ListArgs {
    #[command(flatten)]
    pub(super) output: OutputArgs,
}

#[derive(Debug, Args)]
pub(super) struct RunArgs {
    /// The run
    #[arg(value_name = "ID", value_parser = parse_id)]
    pub(super) id: String,
    #[command(flatten)]
    pub(super) output: OutputArgs,
}

#[derive(Debug, Args)]
pub(super) struct JournalArgs {
    /// The run
    #[arg(value_name = "ID", value_parser = parse_id)]
    pub(super) id: String,
    /// Write it to a new file
    #[arg(long, value_name = "FILE")]
    pub(super) journal: Option<PathBuf>,
}

/// Parses the id of a run, which is a segment of paths.
fn parse_id(text: &str) -> Result<String, InvalidValue> {
    if is_run_id(text) {
        return Ok(text.to_owned());
    }
    let rule = "must be 1 to 128 letters, digits, hyphens and underscores";
    Err(InvalidValue::new("ID", rule, text))
}
