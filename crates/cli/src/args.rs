//! Argument groups that several subcommands share. A subcommand's own arguments stand beside it, in `commands`.

mod connected;
mod device_names;
mod duration;
mod filter;
mod global;
mod note;
mod output;
mod run;
mod sweep;
mod timestamp;

pub(crate) use connected::Connected;
pub(crate) use device_names::NamedDevices;
pub(crate) use duration::{parse as parse_duration, parse_days, parse_watch_interval};
pub(crate) use filter::{FilterArgs, parse_text};
pub(crate) use global::{GlobalOptions, provider};
pub(crate) use note::parse_note;
pub(crate) use output::{ListOutputArgs, OutputArgs};
pub(crate) use run::{ErrorLimitArgs, PaceArgs, RunArgs};
pub(crate) use sweep::SweepArgs;
pub(crate) use timestamp::parse as parse_timestamp;
