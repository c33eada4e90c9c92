//! The shown rows.

use countermand_core_model::{Filter, SearchText, Timestamp};

use crate::{
    Bits, Column, Facets, Order, RowFilter, RowId, Store,
    filter::{PreparedFilter, part},
    order::sorted,
    row::is_selectable,
    text_order,
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

/// Computed orders, kept while nothing changes, so that typing in the filter sorts nothing, and searches only what was
/// found a letter before.
#[derive(Debug, Default)]
pub struct Orders {
    of: Option<(u64, u64, Order)>,
    rows: Vec<RowId>,
    /// What was typed and found, each narrower than the one before.
    found: Vec<Found>,
    ranks_of: Option<u64>,
    device_ranks: Vec<u32>,
}

/// The rows in which a text was found, in order.
#[derive(Debug)]
struct Found {
    text: SearchText,
    /// The times that were asked for beside it.
    times: Times,
    rows: Vec<RowId>,
}

type Times = (Option<Timestamp>, Option<Timestamp>);

/// So many letters back are kept.
const LETTERS: usize = 6;

impl Orders {
    /// Returns the rows that may have what the filter asks for beside states, kinds, devices and severity: not less.
    fn candidates(&mut self, filter: &Filter) -> &[RowId] {
        let Some(text) = &filter.text else {
            self.found.clear();
            return &self.rows;
        };
        let times = times(filter);
        let known = |found: &Found| found.times == times && text.narrows(&found.text);
        let kept = self.found.iter().rposition(known).map_or(0, |at| at + 1);
        self.found.truncate(kept);
        self.found.last().map_or(&self.rows, |found| &found.rows)
    }

    /// Keeps the rows that have it.
    fn keep(&mut self, filter: &Filter, rows: Vec<RowId>) {
        let Some(text) = filter.text.clone().filter(SearchText::is_searchable) else {
            return;
        };
        let times = times(filter);
        let last = self.found.last();
        if last.is_some_and(|last| last.text == text && last.times == times) {
            return;
        }
        if self.found.len() == LETTERS {
            self.found.remove(0);
        }
        self.found.push(Found { text, times, rows });
    }

    fn arrange(&mut self, store: &Store, order: Order) {
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
            self.found.clear();
        }
    }
}

fn times(filter: &Filter) -> Times {
    (filter.created_after, filter.created_before)
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
        let (mut rows, mut found) = (Vec::new(), Vec::new());
        orders.arrange(self, order);
        // A row of a run is in view even where the text is not found in it.
        let may_keep = kept.is_empty() && !filter.is_unreadable;
        let candidates = match may_keep {
            true => orders.candidates(&filter.commands),
            false => &orders.rows,
        };
        for row in candidates {
            let fails = prepared.fails(*row);
            if fails & part::OTHER == 0 {
                facets.count(self, *row, fails);
                if filter.commands.text.is_some() {
                    found.push(*row);
                }
            }
            if fails == 0 || kept.has(row.0) {
                taken += usize::from(fails == 0);
                selectable += usize::from(is_selectable(self.columns.state[row.0 as usize]));
                rows.push(*row);
            }
        }
        if may_keep {
            orders.keep(&filter.commands, found);
        }
        View {
            rows,
            taken,
            selectable,
            facets,
        }
    }
}
