//! The rows of the table: which commands are shown, and in which order.

use std::{collections::HashSet, sync::Arc};

use countermand_core_model::{Command, CommandState, CommandTarget, Timestamp};

use super::fleet::Fleet;
use crate::text;

/// How many rows are shown at first, and how many more at a time.
pub const AT_A_TIME: usize = 300;

/// Which commands are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Filter {
    /// Those in this state.
    State(CommandState),
    /// All.
    All,
}

impl Filter {
    /// Every filter, in the order in which they are offered.
    pub fn every() -> impl Iterator<Item = Filter> {
        CommandState::ALL
            .into_iter()
            .map(Filter::State)
            .chain([Filter::All])
    }

    fn takes(self, state: CommandState) -> bool {
        match self {
            Filter::State(wanted) => state == wanted,
            Filter::All => true,
        }
    }
}

/// In which order, by the time at which a command was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// The newest first.
    NewestFirst,
    /// The oldest first.
    OldestFirst,
}

impl Order {
    /// The other order.
    pub const fn turned(self) -> Self {
        match self {
            Self::NewestFirst => Self::OldestFirst,
            Self::OldestFirst => Self::NewestFirst,
        }
    }

    /// What `aria-sort` says.
    pub const fn aria(self) -> &'static str {
        match self {
            Self::NewestFirst => "descending",
            Self::OldestFirst => "ascending",
        }
    }
}

/// A command in the table.
#[derive(Clone, Debug)]
pub struct Row {
    /// Which command of which device.
    pub target: CommandTarget,
    /// The command as it was last read.
    pub command: Arc<Command>,
    /// The device's name, where it is known.
    pub device_name: Option<String>,
}

impl Row {
    /// What a row is recognised by: another state of the same command is drawn anew.
    pub fn key(&self) -> (CommandTarget, CommandState, Option<String>) {
        (
            self.target.clone(),
            self.command.state,
            self.command.vendor_state.clone(),
        )
    }

    /// Can it be selected?
    pub fn is_selectable(&self) -> bool {
        why_not(self.command.state).is_none()
    }
}

/// Why a command in this state cannot be cancelled; none where it can be tried. A state that is not
/// known does not forbid it: the reading afterwards decides.
pub fn why_not(state: CommandState) -> Option<&'static str> {
    match state {
        CommandState::Pending | CommandState::Unknown => None,
        CommandState::Sent => Some(text::why_not::sent()),
        CommandState::Succeeded => Some(text::why_not::succeeded()),
        CommandState::Failed => Some(text::why_not::failed()),
        CommandState::Cancelled => Some(text::why_not::cancelled()),
        CommandState::Expired => Some(text::why_not::expired()),
        CommandState::TimedOut => Some(text::why_not::timed_out()),
    }
}

/// The rows that `filter` takes, and whatever is in `kept`, in order.
pub fn rows(
    fleet: &Fleet,
    filter: Filter,
    order: Order,
    kept: &HashSet<CommandTarget>,
) -> Vec<Row> {
    let mut rows: Vec<Row> = fleet
        .devices()
        .iter()
        .flat_map(|chosen| chosen.commands.iter().map(move |command| (chosen, command)))
        .filter_map(|(chosen, command)| {
            let target = CommandTarget::new(command.device.clone(), command.id.clone()).ok()?;
            (filter.takes(command.state) || kept.contains(&target)).then(|| Row {
                target,
                command: command.clone(),
                device_name: chosen.name.clone(),
            })
        })
        .collect();
    // Stable: commands given at the same moment stay by device. Those without a time come last.
    rows.sort_by_key(|row| match (row.command.created_at, order) {
        (None, _) => (true, 0),
        (Some(at), Order::NewestFirst) => (false, -at.as_millis()),
        (Some(at), Order::OldestFirst) => (false, at.as_millis()),
    });
    rows
}

/// How many of `rows` the filter takes by itself, and how many stay in view for the last run's sake.
pub fn taken(rows: &[Row], filter: Filter) -> (usize, usize) {
    let taken = rows
        .iter()
        .filter(|row| filter.takes(row.command.state))
        .count();
    (taken, rows.len() - taken)
}

/// How many commands each filter takes.
pub fn counts(fleet: &Fleet) -> Vec<(Filter, usize)> {
    Filter::every()
        .map(|filter| {
            let commands = fleet.devices().iter().flat_map(|chosen| &chosen.commands);
            (
                filter,
                commands
                    .filter(|command| filter.takes(command.state))
                    .count(),
            )
        })
        .collect()
}

/// The kind of a command, or that it is one.
pub fn kind(command: &Command) -> &str {
    if command.kind.is_empty() {
        text::command()
    } else {
        &command.kind
    }
}

/// The name by which people know a command. A vendor's path to it is none: it stays in the details.
pub fn name(command: &Command) -> Option<&str> {
    known_by(command.name.as_deref())
}

fn known_by(name: Option<&str>) -> Option<&str> {
    name.filter(|name| !name.is_empty() && !name.contains('/'))
}

/// What a command is called in labels: "LOCK", "service invocation Stop turbine".
pub fn title(command: &Command) -> String {
    title_of(&command.kind, command.name.as_deref())
}

/// What a command of this kind and name is called in labels.
pub fn title_of(kind: &str, name: Option<&str>) -> String {
    let kind = if kind.is_empty() {
        text::command()
    } else {
        kind
    };
    match known_by(name) {
        Some(name) => format!("{kind} {name}"),
        None => kind.to_owned(),
    }
}

/// Does it wait though its validity has passed?
pub fn is_past(command: &Command, now: Timestamp) -> bool {
    command.is_past_its_validity(now)
}

#[cfg(test)]
mod tests {
    use countermand_core_model::{Listing, PageEnd};

    use super::*;
    use crate::state::testing::{at, command, device, target};

    fn fleet() -> Fleet {
        let mut fleet = Fleet::default();
        let (a, b) = ("applivery:A", "applivery:B");
        fleet.add(vec![(device(a), Some("Till 1".into())), (device(b), None)]);
        let mut timeless = command(a, 9, "LOCK", CommandState::Pending);
        timeless.created_at = None;
        fleet.read(
            &device(a),
            Listing::new(
                vec![
                    command(a, 3, "LOCK", CommandState::Pending),
                    command(a, 1, "WIPE", CommandState::Sent),
                    timeless,
                ],
                PageEnd::Complete,
            ),
            at(0),
        );
        fleet.read(
            &device(b),
            Listing::new(
                vec![command(b, 2, "REBOOT", CommandState::Pending)],
                PageEnd::Complete,
            ),
            at(0),
        );
        fleet
    }

    fn numbers(rows: &[Row]) -> Vec<String> {
        rows.iter()
            .map(|row| row.target.id().as_str().trim_start_matches('0').to_owned())
            .collect()
    }

    #[test]
    fn what_waits_comes_newest_first_and_without_a_time_last() {
        let none = HashSet::new();
        let pending = Filter::State(CommandState::Pending);
        let newest = rows(&fleet(), pending, Order::NewestFirst, &none);
        assert_eq!(numbers(&newest), ["3", "2", "9"]);
        let oldest = rows(&fleet(), pending, Order::OldestFirst, &none);
        assert_eq!(numbers(&oldest), ["2", "3", "9"]);
        assert_eq!(newest[0].device_name.as_deref(), Some("Till 1"));
    }

    #[test]
    fn all_takes_all() {
        let all = rows(&fleet(), Filter::All, Order::OldestFirst, &HashSet::new());
        assert_eq!(numbers(&all), ["1", "2", "3", "9"]);
    }

    #[test]
    fn the_rows_of_a_run_stay_in_view() {
        let sent = command("applivery:A", 1, "WIPE", CommandState::Sent);
        let kept = HashSet::from([target(&sent)]);
        let shown = rows(
            &fleet(),
            Filter::State(CommandState::Pending),
            Order::OldestFirst,
            &kept,
        );
        assert_eq!(numbers(&shown), ["1", "2", "3", "9"]);
        assert_eq!(taken(&shown, Filter::State(CommandState::Pending)), (3, 1));
    }

    #[test]
    fn counts_are_of_what_was_read() {
        let counts = counts(&fleet());
        let of = |wanted| {
            counts
                .iter()
                .find(|(filter, _)| *filter == wanted)
                .unwrap()
                .1
        };
        assert_eq!(of(Filter::State(CommandState::Pending)), 3);
        assert_eq!(of(Filter::State(CommandState::Sent)), 1);
        assert_eq!(of(Filter::State(CommandState::Failed)), 0);
        assert_eq!(of(Filter::All), 4);
    }

    #[test]
    fn whatever_cannot_be_cancelled_says_why() {
        for state in CommandState::ALL {
            let free = matches!(state, CommandState::Pending | CommandState::Unknown);
            assert_eq!(why_not(state).is_none(), free, "{state}");
        }
    }

    #[test]
    fn a_changed_state_is_another_row() {
        let before = command("applivery:A", 1, "WIPE", CommandState::Pending);
        let after = command("applivery:A", 1, "WIPE", CommandState::Sent);
        let row = |command: &Command| Row {
            target: target(command),
            command: Arc::new(command.clone()),
            device_name: None,
        };
        assert_ne!(row(&before).key(), row(&after).key());
        assert_eq!(row(&before).key(), row(&before).key());
    }

    #[test]
    fn a_title_names_kind_and_name() {
        let mut command = command(
            "enos:asset:a",
            1,
            "service invocation",
            CommandState::Pending,
        );
        assert_eq!(title(&command), "service invocation");
        command.name = Some("Stop turbine".into());
        assert_eq!(title(&command), "service invocation Stop turbine");
        command.kind.clear();
        assert_eq!(title(&command), "command Stop turbine");
        command.name = Some("enterprises/e/devices/d/operations/1".into());
        assert_eq!(title(&command), "command", "a path is no name");
    }
}
