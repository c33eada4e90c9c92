//! Cancelling what a review holds.

use std::collections::HashSet;

use countermand_console::review::{Review, Scope};
use countermand_core_model::{CommandTarget, DeviceRef};
use countermand_table::Selection;
use leptos::prelude::*;

use super::Console;

impl Console {
    /// Opens a review of these commands, as far as they are there and still wait; they are what is selected
    /// from now on.
    pub fn review_targets(self, targets: &[CommandTarget]) {
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
        self.selection.set(selection);
        self.review_selected();
    }

    /// Cancels what the review holds.
    pub fn go(self, review: Review) {
        let total = review.total;
        match review.scope {
            Scope::Commands(targets) => self.run_commands(targets),
            Scope::Everything(devices) => self.run_everything(devices, total),
        }
    }
}
