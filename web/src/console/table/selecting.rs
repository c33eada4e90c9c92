//! Which rows are selected.

use std::collections::HashSet;

use countermand_console::{counts::Selected, fleet::Fleet};
use countermand_core_model::{CommandTarget, DeviceRef};
use countermand_table::{Row, RowId, Selection};
use leptos::prelude::*;

use super::TableStore;

impl TableStore {
    /// Changes the selection. What is selected can be cancelled: a person who may not cancel selects nothing.
    fn change_selection(self, change: impl FnOnce(&mut Selection, &Fleet)) {
        if self.connection.may_cancel() {
            self.keep_all_selected(false);
            self.fleet.with_untracked(|fleet| {
                self.selection.update(|selection| change(selection, fleet));
            });
        }
    }

    /// Selects or deselects a row.
    pub fn select(self, row: RowId, on: bool) {
        self.change_selection(|selection, fleet| selection.set(fleet.store(), row, on));
    }

    /// Selects or deselects everything from the row that was touched last to this one.
    pub fn select_to(self, row: RowId, on: bool) {
        self.change_selection(|selection, fleet| {
            self.view
                .with_untracked(|view| selection.set_range(fleet.store(), view, row, on));
        });
    }

    /// Selects both rows.
    pub fn extend_selection(self, from: RowId, to: RowId) {
        if !self
            .selection
            .with_untracked(|selection| selection.has(from))
        {
            self.select(from, true);
        }
        self.select(to, true);
    }

    /// Selects or deselects everything that is shown and can be cancelled.
    pub fn select_all(self, on: bool) {
        self.change_selection(|selection, fleet| {
            self.view
                .with_untracked(|view| selection.set_all(fleet.store(), view, on));
        });
        self.keep_all_selected(on && self.connection.may_cancel());
    }

    /// Notes whether all that is shown is selected.
    pub(super) fn keep_all_selected(self, is_all: bool) {
        if self.is_all_selected.get_untracked() != is_all {
            self.is_all_selected.set(is_all);
        }
    }

    /// Returns what is selected, and what it is a part of. Tracked.
    pub fn selected(self) -> Selected {
        let (counts, is_all) = (self.counts(), self.is_all_selected.get());
        self.view.with(|view| {
            self.selection
                .with(|selection| Selected::of(selection, view, &counts, is_all))
        })
    }

    /// Selects or deselects every command that fulfils a condition.
    pub fn select_where(self, on: bool, condition: &dyn Fn(Row<'_>) -> bool) {
        self.change_selection(|selection, fleet| {
            let store = fleet.store();
            for row in store.rows().filter(|row| condition(*row)) {
                selection.set(store, row.row(), on);
            }
        });
    }

    /// Selects nothing.
    pub fn select_none(self) {
        self.keep_all_selected(false);
        self.selection.set(Selection::default());
    }

    /// Selects exactly these commands, as far as they are listed and can be cancelled.
    pub(in crate::console) fn select_targets(self, targets: &[CommandTarget]) {
        let mut selection = Selection::default();
        self.fleet.with_untracked(|fleet| {
            let store = fleet.store();
            let wanted: HashSet<&CommandTarget> = targets.iter().collect();
            let devices: HashSet<&DeviceRef> = targets.iter().map(CommandTarget::device).collect();
            for device in devices.into_iter().filter_map(|device| store.find(device)) {
                for row in store.device(device).rows() {
                    let target = store.row(*row).target();
                    if target.is_some_and(|target| wanted.contains(&target)) {
                        selection.set(store, *row, true);
                    }
                }
            }
        });
        self.keep_all_selected(false);
        self.selection.set(selection);
    }

    /// Deselects what can no longer be cancelled.
    pub(in crate::console) fn prune_selection(self) {
        let mut selection = self.selection.get_untracked();
        let stale = self
            .fleet
            .with_untracked(|fleet| selection.prune(fleet.store()));
        if stale > 0 {
            self.selection.set(selection);
        }
    }
}
