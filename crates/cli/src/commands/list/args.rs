//! The arguments of `countermand list`.

use std::time::Duration;

use clap::{
    Args,
    builder::{PossibleValuesParser, TypedValueParser},
};
use countermand_core_model::{CommandState, InvalidValue};

use crate::args::{
    ErrorLimitArgs, FilterArgs, ListOutputArgs, NamedDevices, PaceArgs, parse_watch_interval,
};

/// List the commands of devices.
#[derive(Debug, Args)]
pub(crate) struct ListArgs {
    #[command(flatten)]
    pub(super) named: NamedDevices,
    /// Only commands in this state
    #[arg(long, default_value = ALL, ignore_case = true, value_parser = state_filter())]
    pub(super) state: StateFilter,
    #[command(flatten)]
    pub(super) filter: FilterArgs,
    #[command(flatten)]
    pub(super) pace: PaceArgs,
    #[command(flatten)]
    pub(super) errors: ErrorLimitArgs,
    #[command(flatten)]
    pub(super) output: ListOutputArgs,
    /// Read again every INTERVAL until interrupted, by default every 5s
    #[arg(
        long,
        value_name = "INTERVAL",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "5s",
        value_parser = parse_watch_interval,
        help_heading = "Output"
    )]
    pub(super) watch: Option<Duration>,
}

/// The value of `--state` for every state.
const ALL: &str = "all";

/// The state to list, or `None` for every state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct StateFilter(pub(super) Option<CommandState>);

fn state_filter() -> impl TypedValueParser<Value = StateFilter> {
    let words = CommandState::ALL
        .iter()
        .map(|state| state.as_str())
        .chain([ALL])
        .collect::<Vec<_>>();
    PossibleValuesParser::new(words).try_map(|text| {
        let text = text.to_ascii_lowercase();
        if text == ALL {
            return Ok::<_, InvalidValue>(StateFilter(None));
        }
        text.parse().map(|state| StateFilter(Some(state)))
    })
}
