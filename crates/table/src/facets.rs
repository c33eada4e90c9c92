//! How many commands each choice would show.

use countermand_core_model::{CommandState, SeverityLevel};

use crate::{
    DeviceIx, RowId, Store,
    filter::part,
    sorting::{Keyed, sort},
};

/// How many commands each choice would show beside the other parts of the filter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facets {
    states: [usize; CommandState::ALL.len()],
    all_states: usize,
    levels: [usize; SeverityLevel::ALL.len()],
    /// By word.
    kinds: Vec<u32>,
    /// By device.
    devices: Vec<u32>,
}

impl Facets {
    pub(crate) fn new(store: &Store) -> Self {
        Self {
            kinds: vec![0; store.words.len()],
            devices: vec![0; store.device_bound()],
            ..Self::default()
        }
    }

    /// Counts a row that fails these parts of the filter.
    pub(crate) fn count(&mut self, store: &Store, row: RowId, fails: u8) {
        let at = row.0 as usize;
        let columns = &store.columns;
        if fails & !part::STATE == 0 {
            self.states[columns.state[at] as usize] += 1;
            self.all_states += 1;
        }
        if fails & !part::LEVEL == 0 {
            self.levels[columns.severity[at].level() as usize] += 1;
        }
        if fails & !part::KIND == 0 {
            self.kinds[columns.kind[at] as usize] += 1;
        }
        if fails & !part::DEVICE == 0 {
            self.devices[columns.device[at].index()] += 1;
        }
    }

    /// Returns how many are in this state.
    pub fn state(&self, state: CommandState) -> usize {
        self.states[state as usize]
    }

    /// Returns how many there are in any state.
    pub fn all_states(&self) -> usize {
        self.all_states
    }

    /// Returns how many are as grave as this.
    pub fn level(&self, level: SeverityLevel) -> usize {
        self.levels[level as usize]
    }

    /// Returns how many there are, however grave.
    pub fn all_levels(&self) -> usize {
        self.levels.iter().sum()
    }

    /// Returns every kind in `store` with its count, the most frequent first. Kinds without a row are left out.
    pub fn kinds<'a>(&self, store: &'a Store) -> Vec<(&'a str, usize)> {
        let mut of_kind = vec![false; store.words.len()];
        for row in store.live.iter() {
            of_kind[store.columns.kind[row as usize] as usize] = true;
        }
        let count = |word: u32| self.kinds.get(word as usize).copied().unwrap_or_default();
        let mut kinds: Vec<Keyed> = (0..)
            .zip(of_kind)
            .filter(|(_, is_kind)| *is_kind)
            .map(|(word, _)| (u128::from(u32::MAX - count(word)), word))
            .collect();
        sort(&mut kinds, &|a, b| {
            store.words.text(a).cmp(store.words.text(b))
        });
        kinds
            .into_iter()
            .map(|(_, word)| (store.words.text(word), count(word) as usize))
            .collect()
    }

    /// Returns how many are of this device.
    pub fn device(&self, device: DeviceIx) -> usize {
        self.devices
            .get(device.index())
            .copied()
            .unwrap_or_default() as usize
    }
}
