//! A command in the table.

use countermand_core_model::{CommandId, CommandState, CommandTarget, KindSeverity, Timestamp};

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
    /// Returns its row.
    pub fn row(self) -> RowId {
        self.row
    }

    /// Returns the command's id.
    pub fn id(self) -> &'a CommandId {
        &self.store.columns.id[self.at()]
    }

    /// Returns the number of its device.
    pub fn device_ix(self) -> DeviceIx {
        self.store.columns.device[self.at()]
    }

    /// Returns its device.
    pub fn device(self) -> &'a Device {
        self.store.device(self.device_ix())
    }

    /// Returns its kind in the provider's word; may be empty.
    pub fn kind(self) -> &'a str {
        self.store.words.text(self.store.columns.kind[self.at()])
    }

    /// Returns its name, if it has one.
    pub fn name(self) -> Option<&'a str> {
        some(self.store.words.text(self.store.columns.name[self.at()]))
    }

    /// Returns its display name: its name or its kind. A provider's path is not used as a name.
    pub fn label(self) -> &'a str {
        self.store.words.text(self.label_word())
    }

    /// Returns whether its name is displayed.
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

    /// Returns its state.
    pub fn state(self) -> CommandState {
        self.store.columns.state[self.at()]
    }

    /// Returns how grave it is if it runs.
    pub fn severity(self) -> KindSeverity {
        self.store.columns.severity[self.at()]
    }

    /// Returns the provider's own word for the state.
    pub fn vendor_state(self) -> Option<&'a str> {
        some(
            self.store
                .words
                .text(self.store.columns.vendor_state[self.at()]),
        )
    }

    /// Returns when it was created.
    pub fn created_at(self) -> Option<Timestamp> {
        time(self.store.columns.created[self.at()])
    }

    /// Returns when it expires.
    pub fn expires_at(self) -> Option<Timestamp> {
        time(self.store.columns.expires[self.at()])
    }

    /// Returns whether its cancel can be tried.
    pub fn is_selectable(self) -> bool {
        is_selectable(self.state())
    }

    /// Returns whether the provider reports it pending though it expired before `now`.
    pub fn is_past_its_validity(self, now: Timestamp) -> bool {
        self.state() == CommandState::Pending && self.expires_at().is_some_and(|at| at < now)
    }

    /// Returns the target of its cancel.
    pub fn target(self) -> Option<CommandTarget> {
        CommandTarget::new(self.device().device.clone(), self.id().clone()).ok()
    }

    fn at(self) -> usize {
        self.row.0 as usize
    }
}

/// Pending commands can be cancelled. An unknown state does not rule it out, since the reading afterwards decides.
pub(crate) const fn is_selectable(state: CommandState) -> bool {
    matches!(state, CommandState::Pending | CommandState::Unknown)
}

/// Returns whether `name` is displayed as a name. A provider's path is not.
pub fn is_name(name: &str) -> bool {
    !name.is_empty() && !name.contains('/')
}

fn some(text: &str) -> Option<&str> {
    (!text.is_empty()).then_some(text)
}
