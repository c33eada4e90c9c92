//! The shape of the table: columns, pages, and the row that the keyboard reaches.

use countermand_console::page::Page;
use countermand_table::{Column, RowId};
use leptos::prelude::*;

use super::TableStore;

impl TableStore {
    /// Shows or hides a column.
    pub fn show_column(self, column: Column, on: bool) {
        self.hidden_columns.update(|hidden| {
            hidden.retain(|one| *one != column);
            if !on {
                hidden.push(column);
            }
        });
    }

    /// Sets how many rows a page has, and goes to the first page.
    pub fn set_page_size(self, size: usize) {
        self.page.set(Page { size, number: 0 });
    }

    /// Goes to a page.
    pub fn turn_to(self, number: usize) {
        self.page.update(|page| page.number = number);
        self.active.set_value(0);
    }

    /// Goes to the last page where there are fewer pages than before.
    pub fn keep_to_pages(self) {
        let all = self.view.with(|view| view.rows.len());
        let (number, pages) = self
            .page
            .with_untracked(|page| (page.number, page.pages(all)));
        if number >= pages {
            self.turn_to(pages - 1);
        }
    }

    /// Returns how many rows the table has: all that the filter lets through, or those of a page.
    pub fn row_count(self) -> usize {
        let all = self.view.with(|view| view.rows.len());
        self.page.with(|page| page.count(all))
    }

    /// Returns the row at a place in the table.
    pub fn row_at(self, index: usize) -> Option<RowId> {
        let first = self.page.with_untracked(Page::first);
        self.view
            .with_untracked(|view| view.rows.get(first + index).copied())
    }

    /// Returns the place of the row that the Tab key reaches.
    pub fn active_row(self) -> Option<usize> {
        let last = untrack(|| self.row_count()).checked_sub(1)?;
        Some(self.active.get_value().min(last))
    }

    /// Sets the place of the row that the Tab key reaches.
    pub fn set_active_row(self, index: usize) {
        self.active.set_value(index);
    }
}
