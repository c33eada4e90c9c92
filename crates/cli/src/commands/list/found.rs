//! The result of a list: its rows, and what is not in them.

use std::collections::HashSet;

use countermand_client::{LeftOut, ListFailure};
use countermand_core_model::{Command, CommandState, DeviceRef, Filter, Listing};

use super::args::ListArgs;
use crate::{
    commands::{
        filtered_out::{self, MatchCounts},
        unlisted::{Problems, incomplete_lines},
    },
    exit::Exit,
    failure::in_words,
    output::{self, say},
    settings::Session,
};

/// The result so far.
pub(super) struct Found<'a> {
    session: &'a Session,
    args: &'a ListArgs,
    filter: Filter,
    /// The IDs seen so far: a device may be given twice.
    known: HashSet<String>,
    /// What is said of single devices.
    notes: Vec<String>,
    counts: MatchCounts,
    left_out: LeftOut,
    problems: Problems,
    not_asked: usize,
    /// The devices whose lists were not awaited, because there were rows enough.
    unread: usize,
    any_listed: bool,
    is_whole: bool,
}

impl<'a> Found<'a> {
    /// `is_whole`: whether every device is known.
    pub(super) fn new(session: &'a Session, args: &'a ListArgs, is_whole: bool) -> Self {
        Self {
            session,
            args,
            filter: args.filter.in_state(args.state.0),
            known: HashSet::new(),
            notes: Vec::new(),
            counts: MatchCounts::default(),
            left_out: LeftOut::default(),
            problems: Problems::default(),
            not_asked: 0,
            unread: 0,
            any_listed: false,
            is_whole,
        }
    }

    /// Takes note of devices whose lists were not awaited.
    pub(super) fn set_unread(&mut self, count: usize) {
        self.unread = count;
    }

    /// The rows of a device.
    pub(super) fn take(
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
        self.is_whole &= listing.is_whole();
        self.notes
            .extend(incomplete_lines(&device.to_string(), &listing));
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
            self.notes.push(format!(
                "{device}: {commands} left out, because the provider does not say clearly whether they are pending. Use --state unknown to list them."
            ));
        }
    }

    /// Reports what is not in the rows, and returns the exit status. `left_out`: the rows beyond the limit.
    pub(super) fn report(mut self, limit: Option<usize>, left_out: usize) -> Exit {
        self.report_limit(limit, left_out);
        for note in &self.notes {
            say(note);
        }
        self.problems.set_not_asked(self.not_asked);
        self.problems.report(&self.session.redactor);
        self.problems.report_limit(self.args.errors);
        let redactor = &self.session.redactor;
        let leaves_open = self.args.filter.filter().is_some()
            && filtered_out::report(
                redactor,
                &self.args.filter.describe(),
                &self.left_out,
                self.counts,
            );
        if self.problems.count() > 0 && !self.any_listed {
            Exit::NothingSent
        } else if self.problems.count() > 0 || !self.is_whole || leaves_open {
            Exit::NotCancelled
        } else {
            Exit::AsAsked
        }
    }

    fn report_limit(&self, limit: Option<usize>, left_out: usize) {
        let Some(limit) = limit.filter(|_| left_out > 0 || self.unread > 0) else {
            return;
        };
        let shown = self.counts.matched.saturating_sub(left_out);
        let rest = match self.unread {
            0 => String::new(),
            unread => format!("; {} not read", output::were(unread, "device")),
        };
        say(&match left_out {
            0 => format!("Showing the first {shown} commands (--limit {limit}){rest}."),
            _ => format!(
                "Showing {shown} of {} (--limit {limit}){rest}.",
                output::count(self.counts.matched, "command")
            ),
        });
    }
}
