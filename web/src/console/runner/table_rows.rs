//! The rows of the table that are targets of the run at hand.

use countermand_table::Bits;
use leptos::prelude::*;

use super::Runner;
use crate::platform::clock;

/// How many milliseconds after a target is settled the table shows what was read of it, with all others until then.
const TAKEN_OVER_EVERY: f64 = 1_000.0;

impl Runner {
    /// Takes what the run read of its rows over into the table, and lets go of what is settled, soon and with whatever
    /// else is settled until then: the table is filtered anew with it.
    pub(super) fn take_over_soon(self) {
        if self.is_taking_over.try_get_value() == Some(false) {
            self.is_taking_over.set_value(true);
            clock::after(TAKEN_OVER_EVERY, move || {
                if self.is_taking_over.try_set_value(false).is_none() {
                    self.take_over();
                }
            });
        }
    }

    pub(super) fn take_over(self) {
        let (mut settled, mut read) = (Vec::new(), Vec::new());
        let _ = self.row_of.try_with_value(|row_of| {
            self.run.rows.change(|run| {
                run.each_fresh(|number, report, state| {
                    if let Some(row) = row_of.get(number).copied().flatten() {
                        settled.push(row);
                        read.extend(state.map(|state| (row, report.id.clone(), state)));
                    }
                });
            });
        });
        self.table.take_states(&read, &settled);
    }

    /// Keeps the rows of the run in view while its results are shown, whatever the filter lets through.
    pub(super) fn keep_in_view(self) {
        let mut rows = Bits::default();
        let mut row_of = Vec::new();
        self.table.fleet.with_untracked(|fleet| {
            let store = fleet.store();
            self.run.rows.peek(|run| {
                for device in run.devices() {
                    let known = store.find(&device).map(|ix| store.device(ix).rows());
                    for row in known.unwrap_or_default() {
                        let target = store.row(*row).target();
                        if let Some(number) = target.and_then(|target| run.number(&target)) {
                            rows.set(row.number(), true);
                            if row_of.len() <= number {
                                row_of.resize(number + 1, None);
                            }
                            row_of[number] = Some(*row);
                        }
                    }
                }
            });
        });
        self.row_of.set_value(row_of);
        self.table.keep_in_view(rows);
    }
}
