//! What is shown, and what of it is selected.

use countermand_table::{Column, Filter, RowId};
use leptos::prelude::*;

use super::Console;

impl Console {
    /// Changes what is shown.
    pub fn filter_by(self, change: impl FnOnce(&mut Filter)) {
        self.filter.update(change);
        self.active.set_value(0);
    }

    /// Selects a row, or lets go of it.
    pub fn select(self, row: RowId, on: bool) {
        self.fleet.with_untracked(|fleet| {
            self.selection
                .update(|selection| selection.set(fleet.store(), row, on));
        });
    }

    /// Selects everything from the row that was touched last to this one.
    pub fn select_to(self, row: RowId, on: bool) {
        self.fleet.with_untracked(|fleet| {
            self.view.with_untracked(|view| {
                self.selection
                    .update(|selection| selection.set_range(fleet.store(), view, row, on));
            });
        });
    }

    /// Selects on the way from one row to the next.
    pub fn extend_selection(self, from: RowId, to: RowId) {
        if !self
            .selection
            .with_untracked(|selection| selection.has(from))
        {
            self.select(from, true);
        }
        self.select(to, true);
    }

    /// Selects all that is shown and can be cancelled, or lets go of it.
    pub fn select_all(self, on: bool) {
        self.fleet.with_untracked(|fleet| {
            self.view.with_untracked(|view| {
                self.selection
                    .update(|selection| selection.set_all(fleet.store(), view, on));
            });
        });
    }

    /// The row that the tabulator reaches.
    pub fn active_row(self) -> Option<usize> {
        let last = self
            .view
            .with_untracked(|view| view.rows.len())
            .checked_sub(1)?;
        Some(self.active.get_value().min(last))
    }

    /// The tabulator reaches this row now.
    pub fn set_active_row(self, index: usize) {
        self.active.set_value(index);
    }

    /// Shows a column, or hides it.
    pub fn show_column(self, column: Column, on: bool) {
        self.hidden.update(|hidden| {
            hidden.retain(|one| *one != column);
            if !on {
                hidden.push(column);
            }
        });
    }
}
