//! The table of commands.

use countermand_core_model::CommandState;
use countermand_table::Column;

pub use super::catalogue::table::*;

/// A column's words.
pub fn column(column: Column) -> &'static str {
    match column {
        Column::Severity => column_severity(),
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
