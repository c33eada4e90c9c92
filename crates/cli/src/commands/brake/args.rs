//! The arguments of `countermand brake`.

use std::{path::PathBuf, time::Duration};

use clap::{Args, ValueEnum};
use countermand_client::{Connection, RunOptions};
use countermand_core_model::Provider;
use countermand_transport::RateLimit;

use crate::args::{NamedDevices, OutputArgs, SweepArgs, parse_duration, parse_note};

/// Stop a wrong command across the whole organization, on the devices that are likely to act soonest first.
///
/// Every device is looked at; what matches is cancelled as soon as it is found, and read again behind. Name what to stop:
/// --kind, --destructive or --text. Without DEVICE, all devices of the organization are meant.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  countermand brake --profile fleet --kind WIPE --since 30m
  countermand brake --profile fleet --destructive --since 2h --spend all
  countermand brake --profile fleet --kind WIPE --since 30m --dry-run
  countermand brake --profile fleet --kind LOCK --devices-from wrong.txt --yes
  countermand brake --server https://countermand.example.com --kind WIPE --since 30m")]
pub(crate) struct BrakeArgs {
    #[command(flatten)]
    pub(super) named: NamedDevices,
    #[command(flatten)]
    pub(super) what: SweepArgs,
    /// How fast the hourly number of requests is spent
    #[arg(
        long,
        value_name = "HOW",
        help_heading = "Run",
        value_enum,
        default_value_t,
        ignore_case = true
    )]
    spend: Spend,
    /// Maximum request rate, for example 10000/h [default: Applivery 10000/h, EnOS unlimited]
    #[arg(long, value_name = "N/h", help_heading = "Run")]
    rate: Option<RateLimit>,
    /// How many requests are under way at once
    #[arg(long, value_name = "N", help_heading = "Run", default_value_t = 32, value_parser = clap::value_parser!(u16).range(1..=1000))]
    pub(super) concurrency: u16,
    /// How long to check a command again after its cancel was accepted
    #[arg(long, value_name = "DURATION", help_heading = "Run", default_value = "15s", value_parser = parse_duration)]
    pub(super) verify_for: Duration,
    /// Do not ask for confirmation; required without a terminal
    #[arg(long, short = 'y', help_heading = "Run")]
    pub(super) yes: bool,
    /// Only show in which order the devices would be looked at, and how long that takes
    #[arg(long, help_heading = "Run")]
    pub(super) dry_run: bool,
    /// Write every step to this new file before it happens [default: a file in your folder for state]
    #[arg(
        long,
        value_name = "FILE",
        help_heading = "Run",
        conflicts_with = "dry_run"
    )]
    pub(super) journal: Option<PathBuf>,
    /// Keep no journal: an interrupted brake cannot be resumed
    #[arg(long, help_heading = "Run", conflicts_with = "journal")]
    pub(super) no_journal: bool,
    /// With --server: why, kept with the run
    #[arg(long, value_name = "TEXT", help_heading = "Run", value_parser = parse_note)]
    pub(super) reason: Option<String>,
    /// With --server: the ticket that it belongs to, kept with the run
    #[arg(long, value_name = "TEXT", help_heading = "Run", value_parser = parse_note)]
    pub(super) ticket: Option<String>,
    /// Start although another brake is under way on this connection
    #[arg(long, help_heading = "Run")]
    pub(super) beside: bool,
    #[command(flatten)]
    pub(super) output: OutputArgs,
}

/// How fast the hourly number of requests is spent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Spend {
    /// Evenly, after a burst of a hundredth
    #[default]
    Evenly,
    /// As fast as the provider takes them, until it asks to wait
    All,
}

impl BrakeArgs {
    /// Returns whether the hourly number of requests is spent at once.
    pub(super) fn spends_all(&self) -> bool {
        self.spend == Spend::All
    }

    /// Returns the rate limit, if it is not the provider's default.
    pub(super) fn rate_for(&self, provider: Provider) -> Option<RateLimit> {
        match self.spend {
            Spend::Evenly => self.rate,
            Spend::All => {
                let rate = self.rate.or_else(|| Connection::default_rate(provider))?;
                Some(rate.at_once())
            }
        }
    }

    /// Returns the options of the run.
    pub(super) fn options(&self) -> RunOptions {
        RunOptions {
            concurrency: usize::from(self.concurrency),
            verify_for: self.verify_for,
            ..RunOptions::default()
        }
    }
}
