//! Which commands are selected.

use std::collections::HashSet;

use countermand_core_model::CommandTarget;

use super::{fleet::Fleet, rows::Row};

/// The selected commands.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    chosen: HashSet<CommandTarget>,
}

/// What the box in the table's head shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tri {
    /// None of the rows is selected.
    None,
    /// Some are.
    Some,
    /// All that can be are.
    All,
}

impl Selection {
    /// Is this command selected?
    pub fn has(&self, target: &CommandTarget) -> bool {
        self.chosen.contains(target)
    }

    /// How many are selected.
    pub fn len(&self) -> usize {
        self.chosen.len()
    }

    /// Is nothing selected?
    pub fn is_empty(&self) -> bool {
        self.chosen.is_empty()
    }

    /// Selects a command, or no longer.
    pub fn set(&mut self, target: CommandTarget, on: bool) {
        if on {
            self.chosen.insert(target);
        } else {
            self.chosen.remove(&target);
        }
    }

    /// Selects all of `rows` that can be cancelled, or none of them.
    pub fn set_all(&mut self, rows: &[Row], on: bool) {
        for row in rows.iter().filter(|row| row.is_selectable()) {
            self.set(row.target.clone(), on);
        }
    }

    /// What the head's box shows over `rows`.
    pub fn over(&self, rows: &[Row]) -> Tri {
        let mut selectable = rows.iter().filter(|row| row.is_selectable()).peekable();
        if selectable.peek().is_none() {
            return Tri::None;
        }
        let (mut some, mut all) = (false, true);
        for row in selectable {
            let has = self.has(&row.target);
            some |= has;
            all &= has;
        }
        match (some, all) {
            (_, true) => Tri::All,
            (true, false) => Tri::Some,
            (false, false) => Tri::None,
        }
    }

    /// Lets go of what is gone or can no longer be cancelled. A device that could not be read again
    /// keeps what was selected of it.
    pub fn prune(&mut self, fleet: &Fleet) {
        let selectable: HashSet<CommandTarget> = fleet
            .devices()
            .iter()
            .flat_map(|chosen| &chosen.commands)
            .filter(|command| super::rows::why_not(command.state).is_none())
            .filter_map(|command| {
                CommandTarget::new(command.device.clone(), command.id.clone()).ok()
            })
            .collect();
        self.chosen.retain(|target| selectable.contains(target));
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use countermand_core_model::{CommandState, Listing, PageEnd};

    use super::*;
    use crate::state::testing::{at, command, device, target};

    fn row(number: u32, state: CommandState) -> Row {
        let command = command("applivery:A", number, "LOCK", state);
        Row {
            target: target(&command),
            command: Arc::new(command),
            device_name: None,
        }
    }

    #[test]
    fn the_heads_box_has_three_states() {
        let rows = [
            row(1, CommandState::Pending),
            row(2, CommandState::Unknown),
            row(3, CommandState::Sent),
        ];
        let mut selection = Selection::default();
        assert_eq!(selection.over(&rows), Tri::None);
        selection.set(rows[0].target.clone(), true);
        assert_eq!(selection.over(&rows), Tri::Some);
        selection.set_all(&rows, true);
        assert_eq!(selection.over(&rows), Tri::All);
        assert_eq!(selection.len(), 2, "what went out is never selected");
        selection.set_all(&rows, false);
        assert!(selection.is_empty());
    }

    #[test]
    fn a_table_without_anything_to_cancel_is_not_all_selected() {
        assert_eq!(Selection::default().over(&[]), Tri::None);
        assert_eq!(
            Selection::default().over(&[row(1, CommandState::Sent)]),
            Tri::None
        );
    }

    #[test]
    fn all_on_these_rows_leaves_others_alone() {
        let mut selection = Selection::default();
        selection.set(row(7, CommandState::Pending).target, true);
        selection.set_all(&[row(1, CommandState::Pending)], true);
        selection.set_all(&[row(1, CommandState::Pending)], false);
        assert_eq!(selection.len(), 1);
    }

    #[test]
    fn a_refresh_keeps_what_still_waits() {
        let mut fleet = Fleet::default();
        fleet.add(vec![(device("applivery:A"), None)]);
        let read = vec![
            command("applivery:A", 1, "LOCK", CommandState::Pending),
            command("applivery:A", 2, "LOCK", CommandState::Succeeded),
        ];
        fleet.read(
            &device("applivery:A"),
            Listing::new(read, PageEnd::Complete),
            at(0),
        );
        let mut selection = Selection::default();
        for number in 1..=3 {
            selection.set(row(number, CommandState::Pending).target, true);
        }
        selection.prune(&fleet);
        assert!(selection.has(&row(1, CommandState::Pending).target));
        assert_eq!(selection.len(), 1);
    }
}
