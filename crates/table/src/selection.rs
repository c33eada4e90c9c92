//! The selected commands.

use crate::{Bits, RowId, Store, View};

/// The selected commands. Only commands are selected that could be cancelled at that time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selection {
    rows: Bits,
    /// Where a range selection begins.
    anchor: Option<RowId>,
}

/// How much of the shown rows is selected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Over {
    /// Nothing, or nothing can be.
    Nothing,
    /// A part of what can be.
    Some,
    /// All that can be.
    All,
}

impl Selection {
    /// Returns how many are selected.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Returns whether nothing is selected.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Returns whether `row` is selected.
    pub fn has(&self, row: RowId) -> bool {
        self.rows.has(row.0)
    }

    /// Selects or deselects `row`. What cannot be cancelled is never selected.
    pub fn set(&mut self, store: &Store, row: RowId, on: bool) {
        if !on || (store.has(row) && store.row(row).is_selectable()) {
            self.rows.set(row.0, on);
        }
        self.anchor = Some(row);
    }

    /// Selects or deselects everything in `view` between the last touched row and `row`.
    pub fn set_range(&mut self, store: &Store, view: &View, row: RowId, on: bool) {
        let place = |wanted: RowId| view.rows.iter().position(|row| *row == wanted);
        let Some(to) = place(row) else { return };
        let from = self.anchor.and_then(place).unwrap_or(to);
        for row in &view.rows[from.min(to)..=from.max(to)] {
            if !on || store.row(*row).is_selectable() {
                self.rows.set(row.0, on);
            }
        }
        // The anchor stays, so that the range can be changed.
        self.anchor.get_or_insert(row);
    }

    /// Selects everything in `view` that can be cancelled, or deselects everything in it.
    pub fn set_all(&mut self, store: &Store, view: &View, on: bool) {
        for row in &view.rows {
            if !on || store.row(*row).is_selectable() {
                self.rows.set(row.0, on);
            }
        }
    }

    /// Deselects everything.
    pub fn clear(&mut self) {
        self.rows.clear();
        self.anchor = None;
    }

    /// Deselects what is gone or cannot be cancelled any more, and returns how many.
    pub fn prune(&mut self, store: &Store) -> usize {
        let stale: Vec<u32> = self
            .rows
            .iter()
            .filter(|row| !store.has(RowId(*row)) || !store.row(RowId(*row)).is_selectable())
            .collect();
        for row in &stale {
            self.rows.set(*row, false);
        }
        stale.len()
    }

    /// Deselects removed rows, whose numbers may be used again.
    pub fn forget(&mut self, removed: &[RowId]) {
        for row in removed {
            self.rows.set(row.0, false);
            if self.anchor == Some(*row) {
                self.anchor = None;
            }
        }
    }

    /// Returns how many of the selected rows are in `view`.
    pub fn shown(&self, view: &View) -> usize {
        view.rows.iter().filter(|row| self.has(**row)).count()
    }

    /// Returns how much of `view` is selected.
    pub fn over(&self, view: &View) -> Over {
        match self.shown(view) {
            0 => Over::Nothing,
            selected if selected >= view.selectable => Over::All,
            _ => Over::Some,
        }
    }
}
