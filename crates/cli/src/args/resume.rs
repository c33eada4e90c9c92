//! `countermand resume`.

use std::path::PathBuf;

use clap::Args;

use super::{OutputArgs, RunArgs};

/// Go on with a run that was broken off, from its journal.
///
/// What may have been sent is read again before anything else; then the rest is sent. Everything is appended
/// to the same journal. The vendor and the organisation are the journal's where they are not given otherwise;
/// the base URL is not: keys only go where you say.
#[derive(Debug, Args)]
pub(crate) struct ResumeArgs {
    /// The journal of the run
    pub(crate) journal: PathBuf,
    #[command(flatten)]
    pub(crate) run: RunArgs,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}
