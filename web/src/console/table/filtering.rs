//! Which rows are shown, in which order, and the page's address, which says both.

use countermand_console::address::AddressView;
use countermand_table::{Column, RowFilter};
use leptos::prelude::*;

use super::TableStore;
use crate::{
    console::address::{read_shown, write_shown},
    platform::clock,
};

/// How many milliseconds after a change the address is written, so that typing does not write every letter:
/// browsers allow some hundred changes a minute.
const WRITTEN_AFTER: f64 = 400.0;

impl TableStore {
    /// Changes which commands are shown.
    pub fn filter_by(self, change: impl FnOnce(&mut RowFilter)) {
        let was_unreadable = self.filter.with_untracked(|filter| filter.is_unreadable);
        self.filter.update(change);
        self.keep_all_selected(false);
        // Set anew, it is no longer the address's.
        if was_unreadable && self.filter.with_untracked(|filter| !filter.is_unreadable) {
            self.ignored.set(Vec::new());
        }
        self.turn_to(0);
    }

    /// Orders the rows by a column, or turns the order around.
    pub fn order_by(self, column: Column) {
        self.order.update(|order| *order = order.chosen(column));
    }

    /// Shows what the address says.
    pub fn follow_address(self) {
        let shown = AddressView::read(self.connection.provider(), &read_shown());
        if self.filter.with_untracked(|filter| *filter != shown.filter) {
            self.filter.set(shown.filter);
        }
        if self.order.get_untracked() != shown.order {
            self.order.set(shown.order);
        }
        self.ignored.set(shown.ignored);
    }

    /// Writes into the address what is shown, after a moment. An effect: it runs with every change.
    pub fn write_address(self) {
        let filter: RowFilter = self.filter.get();
        let order = self.order.get();
        clock::after(WRITTEN_AFTER, move || {
            // Changed again or closed meanwhile, another effect writes it.
            let is_still = self.filter.try_with_untracked(|now| *now == filter) == Some(true)
                && self.order.try_get_untracked() == Some(order);
            // What could not be read stays in the address: reloaded, the page must not show more.
            if is_still && !filter.is_unreadable {
                write_shown(&AddressView::write(&filter, order));
            }
        });
    }
}
