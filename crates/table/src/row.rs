//! A command in the table.

use countermand_core_model::{CommandId, CommandState, CommandTarget, Timestamp};

use crate::{Device, DeviceIx, RowId, Store, columns::time, interner::Symbol};

/// A command in the table.
#[derive(Clone, Copy, Debug)]
pub struct Row<'a> {
    pub(crate) store: &'a Store,
    pub(crate) row: RowId,
}

impl Store {
    /// Returns a row that holds a command.
    ///
    /// # Panics
    /// On reading a row that never held one.
    pub fn row(&self, row: RowId) -> Row<'_> {
        Row { store: self, row }
    }

    /// Returns every command.
    pub fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        self.live.iter().map(|row| self.row(RowId(row)))
    }
}

impl<'a> Row<'a> {
    /// Which row this is.
    pub fn row(self) -> RowId {
        self.row
    }

    /// The command's id.
    pub fn id(self) -> &'a CommandId {
        &self.store.columns.id[self.at()]
    }

    /// Which device it is for.
    pub fn device_ix(self) -> DeviceIx {
        self.store.columns.device[self.at()]
    }

    /// The device it is for.
    pub fn device(self) -> &'a Device {
        self.store.device(self.device_ix())
    }

    /// What it does, in the vendor's word; may be empty.
    pub fn kind(self) -> &'a str {
        self.store.words.text(self.store.columns.kind[self.at()])
    }

    /// Its name, where it has one.
    pub fn name(self) -> Option<&'a str> {
        some(self.store.words.text(self.store.columns.name[self.at()]))
    }

    /// What people call it: its name, or its kind. A vendor's path to it is no name: it stays in the details.
    pub fn label(self) -> &'a str {
        self.store.words.text(self.label_word())
    }

    /// Is it called by its name?
    pub fn is_named(self) -> bool {
        self.name().is_some_and(is_name)
    }

    pub(crate) fn label_word(self) -> Symbol {
        if self.is_named() {
            self.store.columns.name[self.at()]
        } else {
            self.store.columns.kind[self.at()]
        }
    }

    /// Where it stands.
    pub fn state(self) -> CommandState {
        self.store.columns.state[self.at()]
    }

    /// The vendor's own word for that.
    pub fn vendor_state(self) -> Option<&'a str> {
        some(
            self.store
                .words
                .text(self.store.columns.vendor_state[self.at()]),
        )
    }

    /// When it was given.
    pub fn created_at(self) -> Option<Timestamp> {
        time(self.store.columns.created[self.at()])
    }

    /// Until when it may wait.
    pub fn expires_at(self) -> Option<Timestamp> {
        time(self.store.columns.expires[self.at()])
    }

    /// Can it be tried to cancel it?
    pub fn is_selectable(self) -> bool {
        is_selectable(self.state())
    }

    /// The vendor says that it waits, though its validity has passed at `now`.
    pub fn is_past_its_validity(self, now: Timestamp) -> bool {
        self.state() == CommandState::Pending && self.expires_at().is_some_and(|at| at < now)
    }

    /// What a cancel of it would be aimed at.
    pub fn target(self) -> Option<CommandTarget> {
        CommandTarget::new(self.device().device.clone(), self.id().clone()).ok()
    }

    fn at(self) -> usize {
        self.row.0 as usize
    }
}

/// What waits can be cancelled; and a state that is not known does not forbid it: the reading afterwards decides.
pub(crate) const fn is_selectable(state: CommandState) -> bool {
    matches!(state, CommandState::Pending | CommandState::Unknown)
}

/// Do people know a command by this? A vendor's path to it is no name, and nothing is none either.
pub fn is_name(name: &str) -> bool {
    !name.is_empty() && !name.contains('/')
}

fn some(text: &str) -> Option<&str> {
    (!text.is_empty()).then_some(text)
}
