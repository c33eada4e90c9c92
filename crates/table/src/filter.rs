//! Which commands are shown. The same choices, with the same meaning, as the command line's `list` and `cancel`.

use countermand_core_model::{CommandState, DeviceRef, KindName, SearchText, Timestamp};
use memchr::memmem::Finder;

use crate::{DeviceIx, RowId, Store, columns::NO_TIME};

/// A set of states.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StateSet(u16);

impl StateSet {
    /// These states.
    pub fn of(states: impl IntoIterator<Item = CommandState>) -> Self {
        let mut set = Self::default();
        for state in states {
            set.set(state, true);
        }
        set
    }

    /// Is `state` in it?
    pub const fn has(self, state: CommandState) -> bool {
        self.0 & (1 << state as u16) != 0
    }

    /// Puts `state` in or takes it out.
    pub const fn set(&mut self, state: CommandState, on: bool) {
        if on {
            self.0 |= 1 << state as u16;
        } else {
            self.0 &= !(1 << state as u16);
        }
    }

    /// Is there none?
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The states, in the order of a command's life.
    pub fn iter(self) -> impl Iterator<Item = CommandState> {
        CommandState::ALL
            .into_iter()
            .filter(move |state| self.has(*state))
    }
}

/// Commands are shown that satisfy every part that is set. A filter with nothing set shows everything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// In one of these states; none: in any.
    pub states: StateSet,
    /// Of one of these kinds; none: of any.
    pub kinds: Vec<String>,
    /// Of one of these devices; none: of any.
    pub devices: Vec<DeviceRef>,
    /// Given at this time or later. A command of which the time is not known is not shown.
    pub created_after: Option<Timestamp>,
    /// Given before this time. A command of which the time is not known is not shown.
    pub created_before: Option<Timestamp>,
    /// With this text in its id, kind, name, device or the device's name, whatever its case. Empty, it leaves
    /// nothing out; of a blank one it is not known what is meant, and nothing is shown.
    pub text: String,
    /// It could not be read which commands are wanted: none is shown, so that none is selected by mistake.
    pub is_unreadable: bool,
}

impl Filter {
    /// Is nothing set?
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// The parts of a filter, as bits: which of them a row fails.
pub(crate) mod part {
    pub(crate) const STATE: u8 = 1;
    pub(crate) const KIND: u8 = 2;
    pub(crate) const DEVICE: u8 = 4;
    pub(crate) const OTHER: u8 = 8;
}

/// A filter made ready for one store: what can be known of a word or a device is known before the first row.
pub(crate) struct Ready<'a> {
    store: &'a Store,
    states: StateSet,
    /// By word; none: all kinds.
    kinds: Option<Vec<bool>>,
    /// By device; none: all devices.
    devices: Option<Vec<bool>>,
    after: i64,
    before: i64,
    any_time: bool,
    text: Option<Text>,
    nothing: bool,
}

struct Text {
    /// Interner that have it.
    words: Vec<bool>,
    /// Devices that have it.
    devices: Vec<bool>,
    finder: Finder<'static>,
}

impl<'a> Ready<'a> {
    pub(crate) fn new(filter: &Filter, store: &'a Store) -> Self {
        let kinds = (!filter.kinds.is_empty()).then(|| {
            let mut wanted = vec![false; store.words.len()];
            let kinds: Vec<(String, Option<KindName>)> = filter
                .kinds
                .iter()
                .map(|kind| (kind.to_lowercase(), KindName::parse("kind", kind).ok()))
                .collect();
            for (place, word) in wanted.iter_mut().zip(store.words.folded()) {
                *place = kinds.iter().any(|(folded, kind)| {
                    folded == word || kind.as_ref().is_some_and(|kind| kind.is(word))
                });
            }
            wanted
        });
        let devices = (!filter.devices.is_empty()).then(|| {
            let mut wanted = vec![false; store.device_bound()];
            for ix in filter
                .devices
                .iter()
                .filter_map(|device| store.find(device))
            {
                wanted[ix.index()] = true;
            }
            wanted
        });
        let searched = SearchText::parse("text", filter.text.trim());
        let nothing = filter.is_unreadable || (!filter.text.is_empty() && searched.is_err());
        let text = searched.ok().map(|text| {
            let finder = Finder::new(text.folded()).into_owned();
            let has = |place: &str| finder.find(place.as_bytes()).is_some();
            let mut devices = vec![false; store.device_bound()];
            for (ix, device) in store.devices() {
                devices[ix.index()] = text.is_in_searchable(&device.searchable);
            }
            Text {
                words: store.words.folded().map(has).collect(),
                devices,
                finder,
            }
        });
        Self {
            store,
            states: filter.states,
            kinds,
            devices,
            after: filter.created_after.map_or(i64::MIN, Timestamp::as_millis),
            before: filter.created_before.map_or(i64::MAX, Timestamp::as_millis),
            any_time: filter.created_after.is_none() && filter.created_before.is_none(),
            text,
            nothing,
        }
    }

    /// The parts that `row` fails.
    pub(crate) fn fails(&self, row: RowId) -> u8 {
        let at = row.0 as usize;
        let columns = &self.store.columns;
        let (kind, device) = (columns.kind[at], columns.device[at]);
        let mut fails = if self.nothing { part::OTHER } else { 0 };
        if !self.states.is_empty() && !self.states.has(columns.state[at]) {
            fails |= part::STATE;
        }
        if self
            .kinds
            .as_ref()
            .is_some_and(|kinds| !kinds[kind as usize])
        {
            fails |= part::KIND;
        }
        if self
            .devices
            .as_ref()
            .is_some_and(|devices| !devices[device.index()])
        {
            fails |= part::DEVICE;
        }
        if !self.is_of_time(columns.created[at]) || !self.has_text(at, kind, device) {
            fails |= part::OTHER;
        }
        fails
    }

    fn is_of_time(&self, created: i64) -> bool {
        self.any_time || (created != NO_TIME && created >= self.after && created < self.before)
    }

    fn has_text(&self, at: usize, kind: u32, device: DeviceIx) -> bool {
        let Some(text) = &self.text else {
            return true;
        };
        let columns = &self.store.columns;
        if text.devices[device.index()]
            || text.words[kind as usize]
            || text.words[columns.name[at] as usize]
        {
            return true;
        }
        let id = columns.id[at].as_str();
        if self.store.has_capitals {
            text.finder
                .find(id.to_ascii_lowercase().as_bytes())
                .is_some()
        } else {
            text.finder.find(id.as_bytes()).is_some()
        }
    }
}
