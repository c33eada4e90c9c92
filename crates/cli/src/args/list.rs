//! `countermand list`.

use clap::{
    Args,
    builder::{PossibleValuesParser, TypedValueParser},
};
use countermand_core_model::{CommandState, InvalidValue};

use super::{FilterArgs, NamedDevices, OutputArgs, PaceArgs};

/// List the commands of devices.
#[derive(Debug, Args)]
pub(crate) struct ListArgs {
    #[command(flatten)]
    pub(crate) named: NamedDevices,
    /// Only commands in this state
    #[arg(long, default_value = ALL, value_parser = state_filter())]
    pub(crate) state: StateFilter,
    #[command(flatten)]
    pub(crate) filter: FilterArgs,
    #[command(flatten)]
    pub(crate) pace: PaceArgs,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

const ALL: &str = "all";

/// Which states are listed; none is all of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct StateFilter(pub(crate) Option<CommandState>);

fn state_filter() -> impl TypedValueParser<Value = StateFilter> {
    let words = CommandState::ALL
        .iter()
        .map(|state| state.as_str())
        .chain([ALL])
        .collect::<Vec<_>>();
    PossibleValuesParser::new(words).try_map(|text| {
        if text == ALL {
            return Ok::<_, InvalidValue>(StateFilter(None));
        }
        text.parse().map(|state| StateFilter(Some(state)))
    })
}
