//! The arguments of `countermand cancel`.

use std::path::PathBuf;

use clap::{ArgGroup, Args};

use crate::args::{FilterArgs, NamedDevices, OutputArgs, RunArgs, parse_note};

/// Cancel pending commands, and report what actually happened to each.
///
/// After its cancel, each command is checked again until the provider reports it cancelled, or the time is up. Every
/// target gets exactly one outcome; only `cancelled` means that it is cancelled.
#[derive(Debug, Args)]
#[command(group = ArgGroup::new("what").required(true).multiple(false))]
pub(crate) struct CancelArgs {
    #[command(flatten)]
    pub(crate) named: NamedDevices,
    /// Cancel these commands; requires exactly one DEVICE
    #[arg(long, group = "what", value_name = "ID", num_args = 1.., value_delimiter = ',', conflicts_with_all = ["FilterArgs", "all_devices", "search"])]
    pub(crate) command: Vec<String>,
    /// Cancel all pending commands on the devices, or those that match --kind, --text and so on
    #[arg(long, group = "what")]
    pub(super) all_pending: bool,
    /// Cancel the commands of a plan saved by --plan-out; refused if any has changed since
    #[arg(long, group = "what", value_name = "FILE", conflicts_with_all = ["FilterArgs", "NamedDevices", "plan_out"])]
    pub(super) plan: Option<PathBuf>,
    /// With --plan: skip commands that have changed since, and cancel the rest
    #[arg(long, conflicts_with_all = ["command", "all_pending"])]
    pub(super) allow_drift: bool,
    #[command(flatten)]
    pub(super) filter: FilterArgs,
    /// Only show what would be sent
    #[arg(long, help_heading = "Run")]
    pub(super) dry_run: bool,
    /// Only show what would be sent, and save it as a plan in a new file
    #[arg(long, value_name = "FILE", help_heading = "Run")]
    pub(super) plan_out: Option<PathBuf>,
    /// Write every step to this new file before it happens, so that `resume` can continue an interrupted run
    /// [default: a file in countermand/runs of your folder for state, see `runs list`]
    #[arg(
        long,
        value_name = "FILE",
        help_heading = "Run",
        conflicts_with = "plan_out"
    )]
    pub(super) journal: Option<PathBuf>,
    /// Keep no journal: an interrupted run cannot be resumed
    #[arg(long, help_heading = "Run", conflicts_with = "journal")]
    pub(super) no_journal: bool,
    /// With --server: why, kept with the run
    #[arg(long, value_name = "TEXT", help_heading = "Run", value_parser = parse_note)]
    pub(super) reason: Option<String>,
    /// With --server: the ticket that it belongs to, kept with the run
    #[arg(long, value_name = "TEXT", help_heading = "Run", value_parser = parse_note)]
    pub(super) ticket: Option<String>,
    #[command(flatten)]
    pub(super) run: RunArgs,
    #[command(flatten)]
    pub(super) output: OutputArgs,
}

impl CancelArgs {
    /// Returns whether nothing is sent, whatever the plan is.
    pub(super) fn sends_nothing(&self) -> bool {
        self.dry_run || self.plan_out.is_some()
    }

    /// Returns whether cancels are sent without asking.
    pub(super) fn sends_unasked(&self) -> bool {
        self.run.yes && !self.sends_nothing()
    }
}
