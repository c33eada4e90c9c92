//! What is shown, and what of it is selected.

use countermand_console::fleet::Fleet;
use countermand_table::{Column, Filter, RowId, Selection};
use leptos::prelude::*;

use super::Console;

impl Console {
    /// Changes what is shown.
    pub fn filter_by(self, change: impl FnOnce(&mut Filter)) {
        let was_unreadable = self.filter.with_untracked(|filter| filter.is_unreadable);
        self.filter.update(change);
        // Set anew, it is not the address's any more.
        if was_unreadable && self.filter.with_untracked(|filter| !filter.is_unreadable) {
            self.ignored.set(Vec::new());
        }
        self.turn_to(0);
    }

    /// Changes what is selected. It is selected to be cancelled: whoever may not cancel selects nothing.
    fn change_selection(self, change: impl FnOnce(&mut Selection, &Fleet)) {
        if self.may_cancel() {
            self.fleet.with_untracked(|fleet| {
                self.selection.update(|selection| change(selection, fleet));
            });
        }
    }

    /// Selects a row, or lets go of it.
    pub fn select(self, row: RowId, on: bool) {
        self.change_selection(|selection, fleet| selection.set(fleet.store(), row, on));
    }

    /// Selects everything from the row that was touched last to this one.
    pub fn select_to(self, row: RowId, on: bool) {
        self.change_selection(|selection, fleet| {
            self.view
                .with_untracked(|view| selection.set_range(fleet.store(), view, row, on));
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
        self.change_selection(|selection, fleet| {
            self.view
                .with_untracked(|view| selection.set_all(fleet.store(), view, on));
        });
    }

    /// How many rows the table has: all that the filter takes, or those of a page.
    pub fn row_count(self) -> usize {
        let all = self.view.with(|view| view.rows.len());
        self.page.with(|page| page.count(all))
    }

    /// Where there are fewer pages than before, the last one is shown.
    pub fn keep_to_pages(self) {
        let all = self.view.with(|view| view.rows.len());
        let (number, pages) = self
            .page
            .with_untracked(|page| (page.number, page.pages(all)));
        if number >= pages {
            self.turn_to(pages - 1);
        }
    }

    /// The row at a place in the table.
    pub fn row_at(self, index: usize) -> Option<RowId> {
        let first = self
            .page
            .with_untracked(countermand_console::page::Page::first);
        self.view
            .with_untracked(|view| view.rows.get(first + index).copied())
    }

    /// Goes to another page.
    pub fn turn_to(self, number: usize) {
        self.page.update(|page| page.number = number);
        self.active.set_value(0);
    }

    /// The row that the tabulator reaches.
    pub fn active_row(self) -> Option<usize> {
        let last = untrack(|| self.row_count()).checked_sub(1)?;
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
