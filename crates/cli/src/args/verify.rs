//! `countermand verify`.

use std::path::PathBuf;

use clap::Args;

use super::OutputArgs;

/// Check that a journal is whole, and say what is in it. Nothing is asked of any vendor.
///
/// Exit status: 0 whole and finished; 3 whole, and the run is not finished; 1 broken (the line is named);
/// 2 no journal. A table is a summary; the other forms have a row for each target, as of `cancel`, and the
/// summary is on standard error.
#[derive(Debug, Args)]
pub(crate) struct VerifyArgs {
    /// The journal of a run
    pub(crate) journal: PathBuf,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}
