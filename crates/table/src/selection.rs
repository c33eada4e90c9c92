//! Which commands are selected.

use crate::{Bits, RowId, Store, View};

/// Which commands are selected: only such as can be cancelled, as far as was known when they were.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selection {
    rows: Bits,
    /// Where a range begins that is drawn from here.
    anchor: Option<RowId>,
}

/// How much of what is shown is selected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Over {
    /// Nothing, or there is nothing that could be.
    Nothing,
    /// A part.
    Some,
    /// All that can be.
    All,
}

impl Selection {
    /// How many are selected.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Is nothing selected?
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Is `row` selected?
    pub fn has(&self, row: RowId) -> bool {
        self.rows.has(row.0)
    }

    /// Selects `row` or lets go of it. What cannot be cancelled is never selected.
    pub fn set(&mut self, store: &Store, row: RowId, on: bool) {
        if !on || (store.has(row) && store.row(row).is_selectable()) {
            self.rows.set(row.0, on);
        }
        self.anchor = Some(row);
    }

    /// Selects, or lets go of, everything in `view` between the row that was touched last and `row`.
    pub fn set_range(&mut self, store: &Store, view: &View, row: RowId, on: bool) {
        let place = |wanted: RowId| view.rows.iter().position(|row| *row == wanted);
        let Some(to) = place(row) else { return };
        let from = self.anchor.and_then(place).unwrap_or(to);
        for row in &view.rows[from.min(to)..=from.max(to)] {
            if !on || store.row(*row).is_selectable() {
                self.rows.set(row.0, on);
            }
        }
        // The anchor stays, so that the range can be drawn anew.
        self.anchor.get_or_insert(row);
    }

    /// Selects everything in `view` that can be cancelled, or lets go of everything in it.
    pub fn set_all(&mut self, store: &Store, view: &View, on: bool) {
        for row in &view.rows {
            if !on || store.row(*row).is_selectable() {
                self.rows.set(row.0, on);
            }
        }
    }

    /// Lets go of everything.
    pub fn clear(&mut self) {
        self.rows.clear();
        self.anchor = None;
    }

    /// Lets go of what is gone, and of what cannot be cancelled any more; says of how many.
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

    /// Lets go of rows that were taken out: their numbers may come again for other commands.
    pub fn forget(&mut self, removed: &[RowId]) {
        for row in removed {
            self.rows.set(row.0, false);
            if self.anchor == Some(*row) {
                self.anchor = None;
            }
        }
    }

    /// How many of the selected rows are in `view`.
    pub fn shown(&self, view: &View) -> usize {
        view.rows.iter().filter(|row| self.has(**row)).count()
    }

    /// How much of `view` is selected.
    pub fn over(&self, view: &View) -> Over {
        match self.shown(view) {
            0 => Over::Nothing,
            selected if selected >= view.selectable => Over::All,
            _ => Over::Some,
        }
    }
}
