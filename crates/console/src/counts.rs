//! The numbers of the screen. Each is counted here, once, so that no two places disagree.

use countermand_core_model::CommandState;
use countermand_table::{RowFilter, Selection, View};

use super::fleet::Fleet;
use crate::text::{state_within, table as text};

/// What was read, and what of it is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// The chosen devices.
    pub devices: usize,
    /// Those of which a list was read.
    pub read: usize,
    /// Those of which none was read so far, and which are being read.
    pub coming: usize,
    /// Those that could not be read the last time.
    pub failed: usize,
    /// All commands that were read.
    pub listed: usize,
    /// Those that match the filter.
    pub shown: usize,
    /// Those that are in view because of the last run alone.
    pub kept: usize,
}

impl Counts {
    /// Counts what `view` shows of `fleet`.
    pub fn of(fleet: &Fleet, view: &View) -> Self {
        let devices = fleet.len();
        let (read, failed) = (fleet.read_count(), fleet.problems().count());
        let unread_and_failed = fleet.problems();
        let unread_and_failed = unread_and_failed.filter(|(_, status, _)| status.read_at.is_none());
        Self {
            devices,
            read,
            coming: devices - read - unread_and_failed.count(),
            failed,
            listed: fleet.store().len(),
            shown: view.taken,
            kept: view.rows.len() - view.taken,
        }
    }

    /// How many commands were read and do not match the filter.
    pub fn hidden(&self) -> usize {
        self.listed.saturating_sub(self.shown)
    }

    /// How many devices nothing is known of.
    pub fn unread(&self) -> usize {
        self.devices - self.read
    }

    /// The table's caption.
    pub fn caption(&self, filter: &RowFilter) -> String {
        let (devices, shown) = (self.read, self.shown);
        let mut caption = match only_state(filter) {
            Some(Some(CommandState::Pending)) => text::caption_waiting(devices, shown),
            Some(Some(_)) => text::caption_state(devices, shown),
            Some(None) => text::caption_all(devices, shown),
            None => text::caption_filter(devices, shown),
        };
        if self.kept > 0 {
            caption = text::caption_kept(&caption, self.kept);
        }
        match self.unread() {
            0 => caption,
            unread => text::caption_unread(&caption, unread),
        }
    }

    /// What is said where nothing is shown: that, and what else there is.
    pub fn nothing(&self, filter: &RowFilter) -> (String, String) {
        let (state, devices) = (only_state(filter), self.read);
        let title = match state {
            Some(Some(CommandState::Pending)) => text::nothing_waits(devices),
            Some(Some(state)) => text::nothing_in_state(devices, state_within(state)),
            Some(None) => text::nothing_at_all(devices),
            None => text::nothing_in_filter(devices),
        };
        let hint = match (self.unread(), self.failed, self.hidden()) {
            (0, 0, 0) => text::no_others().to_owned(),
            (0, 0, hidden) if state.is_some() => text::others(hidden),
            (0, 0, hidden) => text::others_in_filter(hidden),
            (0, ..) => text::some_not_read().to_owned(),
            (unread, ..) => text::not_loaded(unread),
        };
        (title, hint)
    }
}

/// The one state that a filter takes, where it narrows down nothing else; none inside where it takes any.
fn only_state(filter: &RowFilter) -> Option<Option<CommandState>> {
    let states = filter.commands.states;
    let is_one_choice = states.is_empty() || states.only().is_some();
    (filter.is_only_of_states() && is_one_choice).then_some(states.only())
}

/// What is selected, and what it is a part of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Selected {
    /// How many commands.
    pub count: usize,
    /// Those of them that are not in view.
    pub beyond: usize,
    /// How many have been read since all were selected, and are not selected.
    pub more: usize,
    /// Where all were selected before every device was read: of how many devices that is known, and how many
    /// are chosen.
    pub of_read: Option<(usize, usize)>,
}

impl Selected {
    /// Counts what is selected. `is_all`: all that was in view was selected, and nothing was changed by hand since.
    pub fn of(selection: &Selection, view: &View, counts: &Counts, is_all: bool) -> Self {
        let (count, shown) = (selection.len(), selection.shown(view));
        let is_part = is_all && count > 0;
        Self {
            count,
            beyond: count - shown,
            more: if is_part {
                view.selectable.saturating_sub(shown)
            } else {
                0
            },
            of_read: (is_part && counts.coming > 0).then_some((counts.read, counts.devices)),
        }
    }

    /// How many are selected, and of what, in words.
    pub fn text(&self) -> String {
        match self.of_read {
            Some((read, devices)) => text::selected_so_far(self.count, read, devices),
            None => text::selected(self.count),
        }
    }
}

#[cfg(test)]
mod tests;
