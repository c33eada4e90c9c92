//! What a brake stops.

use clap::Args;
use countermand_client::{Filter, Sweep};
use countermand_core_model::SeverityLevel;

use super::FilterArgs;
use crate::failure::Failure;

/// What a brake stops.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct SweepArgs {
    #[command(flatten)]
    filter: FilterArgs,
    /// Whatever destroys, locks or moves something: every kind but those that are known to be harmless
    #[arg(long, help_heading = "Filter")]
    destructive: bool,
    /// Cancel at most N commands
    #[arg(long, value_name = "N", help_heading = "Filter", value_parser = clap::value_parser!(u32).range(1..))]
    at_most: Option<u32>,
}

impl SweepArgs {
    /// Returns what is to be stopped, on all devices.
    pub(crate) fn sweep(&self) -> Result<Sweep, Failure> {
        let filter = Filter {
            severity: self.destructive.then_some(SeverityLevel::Disruptive),
            ..self.filter.filter().unwrap_or_default()
        };
        let sweep = Sweep::new(filter).map_err(|_| {
            Failure::usage(
                "Name what to stop: --kind, --destructive or --text. Without one, brake would cancel everything that is pending in the organization.",
            )
        })?;
        Ok(sweep.at_most(self.at_most()))
    }

    /// Describes what is to be stopped by its options.
    pub(crate) fn describe(&self) -> String {
        let given = self.filter.describe();
        match (self.destructive, given.is_empty()) {
            (false, _) => given,
            (true, true) => "--destructive".to_owned(),
            (true, false) => format!("--destructive and {given}"),
        }
    }

    pub(crate) fn at_most(&self) -> Option<usize> {
        self.at_most.and_then(|most| usize::try_from(most).ok())
    }
}
