//! Which rows are shown, in which order, and the page's address, which says both.

use countermand_console::address::{AddressView, MOST_DEVICES, write_chosen, write_open};
use countermand_core_model::DeviceRef;
use countermand_table::{Column, RowFilter};
use leptos::prelude::*;

use super::TableStore;
use crate::{
    console::address::{Written, enter_again, read_shown, write_shown},
    platform::{
        address::{self, Entry},
        clock,
    },
};

/// How many milliseconds after a letter the address is written, so that typing does not write every letter:
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

    /// Shows what the address says, and returns it.
    pub fn follow_address(self) -> AddressView {
        let shown = AddressView::read(self.connection.provider(), &read_shown());
        let is_other = self.filter.with_untracked(|filter| *filter != shown.filter);
        let is_open_other = self.opened.get_untracked() != shown.open;
        if is_other || is_open_other || self.order.get_untracked() != shown.order {
            self.written
                .update_value(|written| written.is_followed = true);
        }
        if is_open_other {
            self.opened.set(shown.open.clone());
        }
        if is_other {
            self.filter.set(shown.filter.clone());
            self.keep_all_selected(false);
        }
        if self.order.get_untracked() != shown.order {
            self.order.set(shown.order);
        }
        self.ignored.set(shown.ignored.clone());
        shown
    }

    /// Returns what the address is to say: the filter without its text, and all of it.
    fn address(self, filter: &RowFilter, chosen: &[DeviceRef]) -> (String, String) {
        let order = self.order.get();
        let opened = self.opened.with(|opened| write_open(opened.as_ref()));
        let mut untyped = filter.clone();
        untyped.commands.text = None;
        let parts = [
            AddressView::write(filter, order),
            write_chosen(chosen),
            opened,
        ];
        let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        (AddressView::write(&untyped, order), parts.join("&"))
    }

    /// Writes into the address what is shown: a deliberate change as a step in the browser's history, letters after a
    /// moment and all in one step, and chosen devices without one. An effect: it runs with every change.
    pub fn write_address(self, chosen: Memo<Vec<DeviceRef>>) {
        let filter = self.filter.get();
        let (untyped, shown) = self.address(&filter, &chosen.get());
        let opened = self.opened.get();
        // What could not be read stays in the address: reloaded, the page must not show more.
        if filter.is_unreadable {
            return;
        }
        let before = self.written.get_value();
        let is_step = before.filter != untyped;
        let now = Written {
            filter: untyped,
            open: opened.clone(),
            ..Written::default()
        };
        if before.is_followed {
            self.written.set_value(now);
            write_shown(&shown, Entry::Same);
        } else if !is_step && opened.is_none() && before.is_of_open {
            self.written.set_value(now);
            address::step_back();
        } else if is_step || before.open != opened {
            let is_written = write_shown(&shown, Entry::Next);
            let is_of_open = is_written && before.open.is_none() && opened.is_some();
            self.written.set_value(Written { is_of_open, ..now });
        } else {
            self.write_typed(filter, shown);
        }
    }

    /// Writes what differs by what is typed, or by chosen devices alone.
    fn write_typed(self, filter: RowFilter, shown: String) {
        let was = AddressView::read(self.connection.provider(), &read_shown());
        if was.filter.commands.text == filter.commands.text {
            write_shown(&shown, Entry::Same);
            return;
        }
        clock::after(WRITTEN_AFTER, move || {
            // Changed again or closed meanwhile, another effect writes it.
            if self.filter.try_with_untracked(|now| *now == filter) == Some(true) {
                let is_typing = self
                    .written
                    .try_update_value(|written| std::mem::replace(&mut written.is_typing, true));
                let entry = if is_typing == Some(true) {
                    Entry::Same
                } else {
                    Entry::Next
                };
                write_shown(&shown, entry);
            }
        });
    }

    /// Writes what is shown after the page itself went back: something may have changed meanwhile.
    pub fn write_address_again(self, chosen: &[DeviceRef]) {
        let (_, shown) = untrack(|| self.address(&self.filter.get(), chosen));
        write_shown(&shown, Entry::Next);
    }

    /// Comes back to this connection after a step led away from it.
    pub(in crate::console) fn stay_here(self) {
        let (_, shown) = untrack(|| self.address(&self.filter.get(), &self.named_devices()));
        let relay = self.connection.relay();
        enter_again(&shown, relay.as_ref().map(|relay| &*relay.offer.name));
    }

    /// Returns the chosen devices, as far as an address names them. Tracked.
    pub fn named_devices(self) -> Vec<DeviceRef> {
        self.fleet.with(|fleet| match fleet.len() {
            0..=MOST_DEVICES => fleet.refs(),
            _ => Vec::new(),
        })
    }
}
