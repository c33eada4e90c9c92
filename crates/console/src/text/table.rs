//! The table of commands.

use countermand_core_model::CommandState;
use countermand_table::{Column, RowFilter};

pub use super::catalogue::table::*;

/// A column's words.
pub fn column(column: Column) -> &'static str {
    match column {
        Column::State => column_state(),
        Column::Title => column_command(),
        Column::Device => column_device(),
        Column::Created => column_created(),
        Column::Expires => column_expires(),
        Column::VendorState => column_vendor(),
        Column::Id => column_id(),
    }
}

/// A choice of states: one of them, or all.
pub fn filter(state: Option<CommandState>) -> &'static str {
    match state {
        Some(CommandState::Pending) => filter_waiting(),
        Some(state) => super::state(state),
        None => filter_all(),
    }
}

/// The one state that a filter takes, where it narrows down nothing else; none inside where it takes any.
fn only_state(filter: &RowFilter) -> Option<Option<CommandState>> {
    let states = filter.commands.states;
    let is_one_choice = states.is_empty() || states.only().is_some();
    (filter.is_only_of_states() && is_one_choice).then_some(states.only())
}

/// The table's caption.
pub fn caption(filter: &RowFilter, taken: usize, kept: usize, devices: usize) -> String {
    let caption = match only_state(filter) {
        Some(Some(CommandState::Pending)) => caption_waiting(devices, taken),
        Some(Some(_)) => caption_state(devices, taken),
        Some(None) => caption_all(devices, taken),
        None => caption_filter(devices, taken),
    };
    if kept > 0 {
        caption_kept(&caption, kept)
    } else {
        caption
    }
}

/// Nothing in the filter.
pub fn nothing(filter: &RowFilter, devices: usize) -> String {
    match only_state(filter) {
        Some(Some(CommandState::Pending)) => nothing_waits(devices),
        Some(Some(state)) => nothing_in_state(devices, super::state_within(state)),
        Some(None) => nothing_at_all(devices),
        None => nothing_in_filter(devices),
    }
}

/// Under "nothing": what else there is.
pub fn others_than(filter: &RowFilter, total: usize) -> String {
    match (only_state(filter), total) {
        (Some(None), _) | (_, 0) => no_others().to_owned(),
        (Some(_), total) => others(total),
        (None, total) => others_in_filter(total),
    }
}
