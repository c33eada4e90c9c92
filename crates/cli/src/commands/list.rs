//! `countermand list`: the commands of devices.

mod found;
mod reading;
mod watch;

use std::time::Duration;

use clap::{
    Args,
    builder::{PossibleValuesParser, TypedValueParser},
};
use countermand_core_model::{Command, CommandState, InvalidValue};

use crate::{
    args::{
        ErrorLimitArgs, FilterArgs, GlobalOptions, ListOutputArgs, NamedDevices, PaceArgs,
        parse_watch_interval,
    },
    exit::Exit,
    failure::Failure,
    output::Rows,
    settings::Settings,
};
use reading::Reading;

/// List the commands of devices.
#[derive(Debug, Args)]
pub(crate) struct ListArgs {
    #[command(flatten)]
    named: NamedDevices,
    /// Only commands in this state
    #[arg(long, default_value = ALL, ignore_case = true, value_parser = state_filter())]
    state: StateFilter,
    #[command(flatten)]
    filter: FilterArgs,
    #[command(flatten)]
    pace: PaceArgs,
    #[command(flatten)]
    errors: ErrorLimitArgs,
    #[command(flatten)]
    output: ListOutputArgs,
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
    watch: Option<Duration>,
}

/// The value of `--state` for every state.
const ALL: &str = "all";

/// The state to list, or `None` for every state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct StateFilter(Option<CommandState>);

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

/// Lists the commands. A device that fails is reported and does not stop the others.
pub(super) async fn run(global: &GlobalOptions, args: &ListArgs) -> Result<Exit, Failure> {
    let form = args.output.form::<Command>()?;
    if args.watch.is_some() {
        watch::check(&form)?;
    }
    let settings = Settings::gather(global).await?;
    let targets = args.named.gather(settings.provider())?;
    let session = settings.open(targets.provider, args.pace.rate)?;
    let reading = Reading {
        session: &session,
        args,
        found: targets.find(&session).await?,
    };
    match args.watch {
        Some(interval) => watch::run(&reading, form, interval).await,
        None => {
            let limit = form.limit;
            let mut rows = Rows::start(form)?;
            let found = reading.read(&mut rows).await?;
            let left_out = rows.end()?;
            Ok(found.report(limit, left_out))
        }
    }
}
