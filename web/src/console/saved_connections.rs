//! The saved connections, as the page has them now.

use countermand_console::{
    profiles::{self, Profiles},
    saved_connections::{SavedConnection, saved_connections},
};
use leptos::prelude::*;

use super::{store_signal::StoreSignal, stored_keys};
use crate::platform::storage::{Refused, Store};

/// The saved connections. Copies are the same.
#[derive(Clone, Copy)]
pub struct SavedConnections {
    pub profiles: StoreSignal<Profiles>,
    /// The profiles, and the connections whose key this tab keeps.
    pub all: StoreSignal<Vec<SavedConnection>>,
    /// Whether the browser keeps nothing for this page, or has no room.
    pub is_refused: StoreSignal<bool>,
}

impl SavedConnections {
    /// Reads what the browser keeps, now and whenever another tab changes it.
    pub(super) fn new() -> Self {
        let this = Self {
            profiles: StoreSignal::new(Profiles::default()),
            all: StoreSignal::new(Vec::new()),
            is_refused: StoreSignal::new(false),
        };
        this.reload();
        Store::watch(move || this.reload());
        this
    }

    /// Notes whether the browser refused to keep something.
    pub fn set_refused(self, is_refused: bool) {
        self.is_refused.set(is_refused);
    }

    /// Reads again what the browser keeps.
    pub fn reload(self) {
        let text = Store::Computer.get(profiles::KEY);
        self.is_refused.set(text.is_err());
        let profiles = Profiles::read(text.ok().flatten().as_deref());
        self.all
            .set(saved_connections(&profiles, &stored_keys::kept()));
        self.profiles.set(profiles);
    }

    /// Changes the profiles. They are read again before, because another tab may have changed them.
    ///
    /// # Errors
    /// When the browser keeps nothing.
    pub fn change<T>(self, change: impl FnOnce(&mut Profiles) -> T) -> Result<T, Refused> {
        let text = Store::Computer.get(profiles::KEY)?;
        let mut profiles = Profiles::read(text.as_deref());
        let done = change(&mut profiles);
        let kept = Store::Computer.set(profiles::KEY, &profiles.write());
        self.reload();
        kept?;
        Ok(done)
    }

    /// Wipes every key that this tab keeps.
    pub(super) fn wipe_keys(self) {
        stored_keys::wipe_all();
        self.reload();
    }

    /// Wipes the keys that this tab keeps and nobody has used for too long.
    pub(super) fn wipe_stale_keys(self) {
        let count = self
            .all
            .with_untracked(|all| all.iter().filter(|one| one.slot.is_some()).count());
        if count == 0 {
            return;
        }
        stored_keys::note_touch();
        if stored_keys::kept().len() != count {
            self.reload();
        }
    }
}
