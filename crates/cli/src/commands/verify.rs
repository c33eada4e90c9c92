//! `countermand verify`: checks that a journal or an audit log is intact, and summarizes it.

mod audit;
mod file;
mod run;

use std::path::PathBuf;

use clap::Args;

use crate::{args::OutputArgs, exit::Exit, failure::Failure};

/// Check that a journal is intact, and summarize it. No provider is contacted.
///
/// Exit status: 0 intact and finished; 3 intact, but the run is not finished; 1 broken (the line is named);
/// 2 no journal. A table is a summary. The other formats have a row for each target, as for `cancel`, and the
/// summary goes to standard error.
#[derive(Debug, Args)]
pub(crate) struct VerifyArgs {
    /// The journal of a run, or a server's audit log
    journal: PathBuf,
    #[command(flatten)]
    output: OutputArgs,
}

/// Checks the file. A file that is neither is reported as a run's journal.
pub(super) fn run(args: &VerifyArgs) -> Result<Exit, Failure> {
    match file::is_audit(&args.journal)? {
        true => audit::run(&args.journal, args.output),
        false => run::run(&args.journal, args.output),
    }
}
