//! `countermand list`: the commands of devices.

use std::collections::HashSet;

use clap::{
    Args,
    builder::{PossibleValuesParser, TypedValueParser},
};
use countermand_client::{AnswerOrder, LeftOut, ListFailure};
use countermand_core_model::{Command, CommandState, DeviceRef, Filter, InvalidValue, Listing};
use futures_util::StreamExt;

use super::{
    filtered_out::{self, MatchCounts},
    unlisted::{Problems, warn_if_incomplete},
};
use crate::{
    args::{FilterArgs, Format, GlobalOptions, NamedDevices, OutputArgs, PaceArgs},
    exit::Exit,
    failure::{Failure, in_words},
    output::{self, Rows, say},
    progress::Waiting,
    settings::{Session, Settings},
};

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
    output: OutputArgs,
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
    let settings = Settings::gather(global).await?;
    let targets = args.named.gather(settings.provider())?;
    let mut session = settings.open(targets.provider, args.pace.rate)?;
    let progress = Waiting::start("listing");
    session.client = session.client.asking(progress.told(args.pace.asking()));
    // Scripts get each row as it arrives; people get the devices in the order in which they gave them.
    let order = match args.output.format {
        Format::Ndjson => AnswerOrder::AsTheyCome,
        _ => AnswerOrder::OfDevices,
    };
    // Commands that may be pending are read as well, so that they are reported as left out.
    let waiting_only = args.state.0 == Some(CommandState::Pending);
    let asked_for = match waiting_only {
        true => None,
        false => args.state.0,
    };
    let listed = session
        .client
        .list_each(targets.devices, asked_for, waiting_only, order);
    let mut listed = std::pin::pin!(listed);
    let mut found = Found::new(&session, args);
    let mut rows = Rows::start(args.output)?;
    loop {
        let next = tokio::select! {
            next = listed.next() => next,
            never = progress.tick() => match never {},
        };
        let Some((device, result)) = next else { break };
        let commands = found.take(device, result);
        if rows.is_due(commands.len()) {
            progress.clear();
        }
        rows.add(commands)?;
    }
    progress.clear();
    rows.end()?;
    Ok(found.report())
}

/// The result so far.
struct Found<'a> {
    session: &'a Session,
    args: &'a ListArgs,
    filter: Filter,
    /// The IDs seen so far: a device may be given twice.
    known: HashSet<String>,
    counts: MatchCounts,
    left_out: LeftOut,
    problems: Problems,
    not_asked: usize,
    any_listed: bool,
    is_whole: bool,
}

impl<'a> Found<'a> {
    fn new(session: &'a Session, args: &'a ListArgs) -> Self {
        Self {
            session,
            args,
            filter: args.filter.in_state(args.state.0),
            known: HashSet::new(),
            counts: MatchCounts::default(),
            left_out: LeftOut::default(),
            problems: Problems::default(),
            not_asked: 0,
            any_listed: false,
            is_whole: true,
        }
    }

    /// The rows of a device.
    fn take(
        &mut self,
        device: DeviceRef,
        result: Result<Listing<Command>, ListFailure>,
    ) -> Vec<Command> {
        let mut listing = match result {
            Ok(listing) => listing,
            Err(ListFailure::Failed(error)) => {
                self.problems.add(&device, in_words(&error));
                return Vec::new();
            }
            Err(ListFailure::NotAsked) => {
                self.not_asked += 1;
                return Vec::new();
            }
        };
        self.any_listed = true;
        self.is_whole &= warn_if_incomplete(&device.to_string(), &listing);
        let known = &mut self.known;
        listing
            .items
            .retain(|command| known.insert(command.id.as_str().to_ascii_lowercase()));
        let mut unclear = 0;
        for command in &listing.items {
            if self.is_unclear(command) {
                unclear += 1;
            } else {
                self.left_out.add(&self.filter, command);
            }
        }
        self.report_unclear(&device, unclear);
        listing.items.retain(|command| self.filter.matches(command));
        self.counts.matched += listing.items.len();
        for command in &mut listing.items {
            self.session.redactor.of_command(command);
        }
        listing.items
    }

    /// Returns whether `command` is left out of the pending ones only because its state is unknown.
    fn is_unclear(&self, command: &Command) -> bool {
        self.args.state.0 == Some(CommandState::Pending)
            && command.state == CommandState::Unknown
            && self.filter.may_match(command)
    }

    fn report_unclear(&mut self, device: &DeviceRef, count: usize) {
        if count > 0 {
            self.is_whole = false;
            self.counts.unclear += count;
            let commands = output::count(count, "command");
            say(&format!(
                "{device}: {commands} left out: the provider does not report clearly whether this is pending; use --state unknown to list them"
            ));
        }
    }

    /// Reports what is not in the rows, and returns the exit status.
    fn report(mut self) -> Exit {
        self.problems.set_not_asked(self.not_asked);
        self.problems.report(&self.session.redactor);
        let redactor = &self.session.redactor;
        let leaves_open = self.args.filter.filter().is_some()
            && filtered_out::report(redactor, &self.args.filter, &self.left_out, self.counts);
        if self.problems.count() > 0 && !self.any_listed {
            Exit::NothingSent
        } else if self.problems.count() > 0 || !self.is_whole || leaves_open {
            Exit::NotCancelled
        } else {
            Exit::AsAsked
        }
    }
}
