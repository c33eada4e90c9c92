//! What is said of a command in the table.

use countermand_core_model::{Command, CommandState, StateSet, Timestamp};
use countermand_table::{Column, Row, RowFilter, is_name};

use super::relative_time;
use crate::text;

/// The columns that are not shown before a person shows them.
pub const HIDDEN_AT_FIRST: [Column; 2] = [Column::VendorState, Column::Id];

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

/// Returns the filter that is shown first: pending commands.
pub fn default_filter() -> RowFilter {
    RowFilter::of_states(StateSet::of([CommandState::Pending]))
}

/// The kind of a command, or that it is one.
pub fn kind(kind: &str) -> &str {
    if kind.is_empty() {
        text::command()
    } else {
        kind
    }
}

/// The name by which people know a command. A provider's path to it is none: it stays in the details.
pub fn known_by(name: Option<&str>) -> Option<&str> {
    name.filter(|name| is_name(name))
}

/// What a command is called in labels: "LOCK", "service invocation Stop turbine".
pub fn title(command: &Command) -> String {
    title_of(&command.kind, command.name.as_deref())
}

/// What a command of this kind and name is called in labels.
pub fn title_of(of_kind: &str, name: Option<&str>) -> String {
    let kind = kind(of_kind);
    match known_by(name) {
        Some(name) => format!("{kind} {name}"),
        None => kind.to_owned(),
    }
}

/// What the command of a row is called in labels.
pub fn title_of_row(row: Row<'_>) -> String {
    title_of(row.kind(), row.name())
}

/// How long a pending command is still valid: "in 3 h"; none where it does not wait, or that is not known.
pub fn time_left(row: Row<'_>, now: Timestamp) -> Option<String> {
    let waits = matches!(row.state(), CommandState::Pending | CommandState::Unknown);
    let left = row.expires_at().filter(|_| waits)?.as_millis() - now.as_millis();
    (left >= 0).then(|| text::table::in_time(&relative_time::span(left / 1_000)))
}

/// The command of a row, as far as the table knows it: what the provider's JSON says beyond that is read when it is
/// asked for, which for very many commands saves most of the memory.
pub fn command(row: Row<'_>, org: &countermand_core_model::Organization) -> Command {
    let device = row.device().device().clone();
    let mut command = Command::new(org.clone(), device, row.id().clone());
    command.kind = row.kind().to_owned();
    command.name = row.name().map(str::to_owned);
    command.state = row.state();
    command.vendor_state = row.vendor_state().map(str::to_owned);
    command.created_at = row.created_at();
    command.expires_at = row.expires_at();
    command
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{command as make, device};

    #[test]
    fn what_can_be_cancelled_is_what_can_be_selected() {
        let mut store = countermand_table::Store::default();
        let (ix, _) = store.add(&device("applivery:A"), None);
        for state in CommandState::ALL {
            store.replace(ix, &[make("applivery:A", 1, "LOCK", state)]);
            let row = store.rows().next().unwrap();
            assert_eq!(why_not(state).is_none(), row.is_selectable(), "{state}");
        }
    }

    #[test]
    fn a_row_gives_back_the_command_that_was_put_in() {
        let mut store = countermand_table::Store::default();
        let mut put = make("applivery:A", 1, "LOCK", CommandState::Sent);
        put.name = Some("Night shift".to_owned());
        put.vendor_state = Some("SENT".to_owned());
        put.expires_at = Some(crate::testing::at(60));
        let (ix, _) = store.add(&put.device, None);
        store.replace(ix, std::slice::from_ref(&put));
        let row = store.rows().next().unwrap();
        assert_eq!(command(row, &put.org), put);
        assert_eq!(
            (title(&put), title_of_row(row)),
            ("LOCK Night shift".to_owned(), "LOCK Night shift".to_owned())
        );
    }

    #[test]
    fn what_waits_says_how_long_it_is_valid() {
        use crate::testing::at;
        let mut store = countermand_table::Store::default();
        let (ix, _) = store.add(&device("applivery:A"), None);
        for (state, expires, now, said) in [
            (CommandState::Pending, Some(at(67)), at(60), Some("in 7 s")),
            (
                CommandState::Unknown,
                Some(at(10_860)),
                at(60),
                Some("in 3 h"),
            ),
            (CommandState::Pending, Some(at(60)), at(61), None),
            (CommandState::Pending, None, at(0), None),
            (CommandState::Sent, Some(at(60)), at(0), None),
        ] {
            let mut one = make("applivery:A", 1, "LOCK", state);
            one.expires_at = expires;
            store.replace(ix, &[one]);
            let row = store.rows().next().unwrap();
            assert_eq!(time_left(row, now).as_deref(), said);
        }
    }

    #[test]
    fn a_path_is_no_name() {
        assert_eq!(title_of("LOCK", Some("enterprises/e/operations/1")), "LOCK");
        assert_eq!(title_of("", Some("")), text::command());
    }
}
