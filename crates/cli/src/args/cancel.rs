//! `countermand cancel`.

use std::path::PathBuf;

use clap::{ArgGroup, Args};

use super::{FilterArgs, NamedDevices, OutputArgs, RunArgs};

/// Cancel commands that wait, and tell truthfully what became of each.
///
/// Each cancel is read again until the vendor reports the command cancelled, or the time is up. Every
/// target gets one outcome; only `cancelled` means that it is.
#[derive(Debug, Args)]
#[command(group = ArgGroup::new("what").required(true).multiple(false))]
pub(crate) struct CancelArgs {
    #[command(flatten)]
    pub(crate) named: NamedDevices,
    /// Cancel these commands of the device, of which there must be one
    #[arg(long, group = "what", value_name = "ID", num_args = 1.., value_delimiter = ',', conflicts_with = "FilterArgs")]
    pub(crate) command: Vec<String>,
    /// Cancel everything that waits on the devices; of that only what --kind, --text and the like let through
    #[arg(long, group = "what")]
    pub(crate) all_pending: bool,
    /// Cancel the commands of a plan that --plan-out has kept; refused where any has changed since
    #[arg(long, group = "what", value_name = "FILE", conflicts_with_all = ["FilterArgs", "NamedDevices", "plan_out"])]
    pub(crate) plan: Option<PathBuf>,
    /// With --plan: leave out what has changed since, and cancel the rest
    #[arg(long, conflicts_with_all = ["command", "all_pending"])]
    pub(crate) allow_drift: bool,
    #[command(flatten)]
    pub(crate) filter: FilterArgs,
    /// Only say what would be sent
    #[arg(long, help_heading = "How")]
    pub(crate) dry_run: bool,
    /// Only say what would be sent, and keep that in a new file as a plan
    #[arg(long, value_name = "FILE", help_heading = "How")]
    pub(crate) plan_out: Option<PathBuf>,
    /// Write every step into a new file, before it is done: `resume` goes on from there, whatever happens
    #[arg(
        long,
        value_name = "FILE",
        help_heading = "How",
        conflicts_with = "plan_out"
    )]
    pub(crate) journal: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) run: RunArgs,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

impl CancelArgs {
    /// Is nothing to be sent, whatever the plan?
    pub(crate) fn only_looks(&self) -> bool {
        self.dry_run || self.plan_out.is_some()
    }
}
