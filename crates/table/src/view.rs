//! The shown rows.

use countermand_core_model::{Filter, SearchText};

use crate::{
    Bits, Column, Facets, Order, RowFilter, RowId, Store, filter::PreparedFilter, order::sorted,
    row::is_selectable, text_order,
};

/// The rows that match a filter, in order.
#[derive(Clone, Debug, Default)]
pub struct View {
    /// The rows.
    pub rows: Vec<RowId>,
    /// How many of them match. The others are kept in view because of the last run.
    pub taken: usize,
    /// How many of them can be selected.
    pub selectable: usize,
    /// How many commands each choice would show.
    pub facets: Facets,
}

/// Computed orders, kept while nothing changes, so that typing in the filter sorts nothing.
#[derive(Debug, Default)]
pub struct Orders {
    of: Option<(u64, u64, Order)>,
    rows: Vec<RowId>,
    ranks_of: Option<u64>,
    device_ranks: Vec<u32>,
}

impl Orders {
    fn rows(&mut self, store: &Store, order: Order) -> &[RowId] {
        let states = match order.column {
            Column::State => store.states_version,
            _ => 0,
        };
        let wanted = (store.version, states, order);
        if self.of != Some(wanted) {
            if order.column == Column::Device && self.ranks_of != Some(store.version) {
                self.device_ranks = device_ranks(store);
                self.ranks_of = Some(store.version);
            }
            let is_same_order = self.of.is_some_and(|(.., of)| of == order);
            let before = if is_same_order { &*self.rows } else { &[] };
            self.rows = sorted(store, order, &self.device_ranks, before);
            self.of = Some(wanted);
        }
        &self.rows
    }
}

fn device_ranks(store: &Store) -> Vec<u32> {
    let mut texts = vec![""; store.device_bound()];
    for (ix, device) in store.devices() {
        texts[ix.index()] = device.order_text();
    }
    text_order::ranks(texts.len(), |at| texts[at])
}

impl Store {
    /// Returns the first rows in which a text is found, at most so many.
    pub fn search(&self, text: &SearchText, most: usize) -> Vec<RowId> {
        let filter = RowFilter::from(Filter {
            text: Some(text.clone()),
            ..Filter::default()
        });
        let prepared = PreparedFilter::new(&filter, self);
        let rows = self.live.iter().map(RowId);
        rows.filter(|row| prepared.fails(*row) == 0)
            .take(most)
            .collect()
    }

    /// Returns the rows that match `filter` and those in `kept`, in `order`.
    pub fn view(&self, filter: &RowFilter, order: Order, kept: &Bits, orders: &mut Orders) -> View {
        let prepared = PreparedFilter::new(filter, self);
        let mut facets = Facets::new(self);
        let (mut taken, mut selectable) = (0, 0);
        let mut rows = Vec::new();
        for row in orders.rows(self, order) {
            let fails = prepared.fails(*row);
            facets.count(self, *row, fails);
            if fails == 0 || kept.has(row.0) {
                taken += usize::from(fails == 0);
                selectable += usize::from(is_selectable(self.columns.state[row.0 as usize]));
                rows.push(*row);
            }
        }
        View {
            rows,
            taken,
            selectable,
            facets,
        }
    }
}
