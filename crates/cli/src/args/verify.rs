//! `countermand verify`.

use std::path::PathBuf;

use clap::Args;

use crate::output::Format;

/// Check that a journal is whole, and say what is in it. Nothing is asked of any vendor.
///
/// Exit status: 0 whole and finished; 3 whole, and the run is not finished; 1 broken (the line is named);
/// 2 no journal.
#[derive(Debug, Args)]
pub(crate) struct VerifyArgs {
    /// The journal of a run
    pub(crate) journal: PathBuf,
    /// Table: a summary. The others: a row for each target, as of `cancel`; the summary is on standard error
    #[arg(long, value_enum, default_value_t)]
    pub(crate) output: Format,
}
