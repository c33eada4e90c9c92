//! `countermand list`: the commands of devices.

use std::collections::HashSet;

use countermand_client::{AnswerOrder, Filter, LeftOut, ListFailure};
use countermand_core_model::{Command, CommandState, DeviceRef, Listing};
use futures_util::StreamExt;

use super::{
    left_out::{self, Through},
    unlisted::Problems,
    warn_unless_whole,
};
use crate::{
    args::{GlobalOptions, ListArgs},
    exit::Exit,
    failure::{Failure, in_words},
    output::{Format, Rows, say},
    progress::Waiting,
    settings::{Session, Settings},
};

/// Lists; a device that fails is said and does not stop the others.
pub(crate) async fn run(global: &GlobalOptions, args: &ListArgs) -> Result<Exit, Failure> {
    let settings = Settings::gather(global)?;
    let targets = args.named.gather(settings.provider())?;
    let mut session = settings.open(targets.provider, args.pace.rate)?;
    let progress = Waiting::start("listing");
    session.client = session.client.asking(progress.told(args.pace.asking()));
    // A script takes each row as it is known; people want the order in which they asked.
    let order = match args.output.format {
        Format::Ndjson => AnswerOrder::AsTheyCome,
        _ => AnswerOrder::OfDevices,
    };
    // What may wait is listed as well: left out without a word, it would seem that it does not.
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
    Ok(found.tell())
}

/// What was found so far.
struct Found<'a> {
    session: &'a Session,
    args: &'a ListArgs,
    filter: Filter,
    /// Commands whose device is named twice are listed once.
    known: HashSet<String>,
    through: Through,
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
            through: Through::default(),
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
        self.is_whole &= warn_unless_whole(&device.to_string(), &listing);
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
        self.tell_unclear(&device, unclear);
        listing.items.retain(|command| self.filter.matches(command));
        self.through.meant += listing.items.len();
        for command in &mut listing.items {
            self.session.keep_out.of_command(command);
        }
        listing.items
    }

    /// Is it left out of what waits because its state is unknown, though it may be meant?
    fn is_unclear(&self, command: &Command) -> bool {
        self.args.state.0 == Some(CommandState::Pending)
            && command.state == CommandState::Unknown
            && self.filter.may_mean(command)
    }

    fn tell_unclear(&mut self, device: &DeviceRef, count: usize) {
        if count > 0 {
            self.is_whole = false;
            self.through.unclear += count;
            let commands = if count == 1 { "command" } else { "commands" };
            say(&format!(
                "{device}: {count} {commands} left out: the vendor does not say clearly whether this waits; --state unknown lists them"
            ));
        }
    }

    /// Says what is not in the rows.
    fn tell(mut self) -> Exit {
        self.problems.not_asked(self.not_asked);
        self.problems.tell(&self.session.keep_out);
        let keep_out = &self.session.keep_out;
        let leaves_open = self.args.filter.filter().is_some()
            && left_out::tell(keep_out, &self.args.filter, &self.left_out, self.through);
        if self.problems.count() > 0 && !self.any_listed {
            Exit::NothingSent
        } else if self.problems.count() > 0 || !self.is_whole || leaves_open {
            Exit::NotCancelled
        } else {
            Exit::AsAsked
        }
    }
}
