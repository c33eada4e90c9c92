//! Which rows are shown: the filter of the command line, and what only a table narrows down.

use countermand_core_model::{DeviceRef, Filter, SearchText, SeverityLevel, StateSet};
use memchr::memmem::Finder;

use crate::{DeviceIx, RowId, Store, columns::time};

/// Which rows are shown: those whose command matches, of the devices chosen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RowFilter {
    /// Which commands.
    pub commands: Filter,
    /// One of these devices; any if empty.
    pub devices: Vec<DeviceRef>,
    /// As grave as this; whatever it is if none.
    pub level: Option<SeverityLevel>,
    /// It could not be read which commands are wanted. No row is shown, so that none is selected by mistake.
    pub is_unreadable: bool,
}

impl From<Filter> for RowFilter {
    fn from(commands: Filter) -> Self {
        Self {
            commands,
            ..Self::default()
        }
    }
}

impl RowFilter {
    /// Returns the filter that shows the commands in these states.
    pub fn of_states(states: StateSet) -> Self {
        Self::from(Filter {
            states,
            ..Filter::default()
        })
    }

    /// Returns whether nothing is set.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Returns whether nothing is set but states.
    pub fn is_only_of_states(&self) -> bool {
        *self == Self::of_states(self.commands.states)
    }
}

/// The parts of a filter, as bits of what a row fails.
pub(crate) mod part {
    pub(crate) const STATE: u8 = 1;
    pub(crate) const KIND: u8 = 2;
    pub(crate) const DEVICE: u8 = 4;
    pub(crate) const OTHER: u8 = 8;
    pub(crate) const LEVEL: u8 = 16;
}

/// A filter prepared for one store: what it says of a word or of a device is found once, not for each row.
pub(crate) struct PreparedFilter<'a> {
    store: &'a Store,
    filter: &'a Filter,
    /// By word; `None` for any kind.
    kinds: Option<Vec<bool>>,
    /// By device; `None` for any device.
    devices: Option<Vec<bool>>,
    level: Option<SeverityLevel>,
    /// Each is in some field of a row that is shown.
    words: Vec<PreparedWord>,
    matches_nothing: bool,
}

/// A word that is searched for.
struct PreparedWord {
    /// Words that contain it.
    words: Vec<bool>,
    /// Devices that it names.
    devices: Vec<bool>,
    /// Finds it in ids; none where no id can have it.
    finder: Option<Finder<'static>>,
}

impl PreparedWord {
    fn new(text: &SearchText, store: &Store) -> Self {
        let finder = Finder::new(text.folded()).into_owned();
        let has = |place: &str| finder.find(place.as_bytes()).is_some();
        let mut devices = vec![false; store.device_bound()];
        for (ix, device) in store.devices() {
            devices[ix.index()] = text.is_in_searchable(&device.searchable);
        }
        Self {
            words: store.words.folded().map(has).collect(),
            devices,
            finder: store.in_ids.has_all(text.folded()).then_some(finder),
        }
    }
}

impl<'a> PreparedFilter<'a> {
    pub(crate) fn new(filter: &'a RowFilter, store: &'a Store) -> Self {
        let commands = &filter.commands;
        // Named one by one, so that a new field is not forgotten here.
        let Filter {
            states: _,
            kinds,
            created_after: _,
            created_before: _,
            text,
            severity: _,
            // Each row knows how grave it is.
            severity_rules: _,
        } = commands;
        let kinds = (!kinds.is_empty()).then(|| {
            let words = store.words.folded();
            words.map(|word| commands.has_kind(word)).collect()
        });
        let devices = (!filter.devices.is_empty()).then(|| {
            let mut wanted = vec![false; store.device_bound()];
            let chosen = filter.devices.iter();
            for ix in chosen.filter_map(|device| store.find(device)) {
                wanted[ix.index()] = true;
            }
            wanted
        });
        let text = text.as_ref();
        Self {
            store,
            filter: commands,
            kinds,
            devices,
            level: filter.level,
            words: text.map_or_else(Vec::new, |text| {
                let words = text.words();
                words.map(|word| PreparedWord::new(&word, store)).collect()
            }),
            matches_nothing: filter.is_unreadable || text.is_some_and(|text| !text.is_searchable()),
        }
    }

    /// Returns the parts that `row` fails.
    pub(crate) fn fails(&self, row: RowId) -> u8 {
        let at = row.0 as usize;
        let columns = &self.store.columns;
        let (kind, device) = (columns.kind[at], columns.device[at]);
        let lacks = |set: &Option<Vec<bool>>, at: usize| set.as_ref().is_some_and(|set| !set[at]);
        let mut fails = 0;
        if !self.filter.has_state(columns.state[at]) {
            fails |= part::STATE;
        }
        if lacks(&self.kinds, kind as usize) {
            fails |= part::KIND;
        }
        if lacks(&self.devices, device.index()) {
            fails |= part::DEVICE;
        }
        if self
            .level
            .is_some_and(|level| columns.severity[at].level() != level)
        {
            fails |= part::LEVEL;
        }
        if self.matches_nothing
            || !self.filter.has_time(time(columns.created[at]))
            || self
                .filter
                .severity
                .is_some_and(|least| columns.severity[at].level() < least)
            || !self.has_text(at, kind, device)
        {
            fails |= part::OTHER;
        }
        fails
    }

    fn has_text(&self, at: usize, kind: u32, device: DeviceIx) -> bool {
        self.words
            .iter()
            .all(|word| self.has_word(word, at, kind, device))
    }

    fn has_word(&self, word: &PreparedWord, at: usize, kind: u32, device: DeviceIx) -> bool {
        let columns = &self.store.columns;
        if word.devices[device.index()]
            || word.words[kind as usize]
            || word.words[columns.name[at] as usize]
        {
            return true;
        }
        let Some(finder) = &word.finder else {
            return false;
        };
        let id = columns.id[at].as_str();
        if self.store.has_capitals {
            finder.find(id.to_ascii_lowercase().as_bytes()).is_some()
        } else {
            finder.find(id.as_bytes()).is_some()
        }
    }
}
