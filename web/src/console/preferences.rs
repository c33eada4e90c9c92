//! The settings of the page.

use countermand_console::settings::{self, Settings};
use leptos::prelude::*;

use super::store_signal::StoreSignal;
use crate::platform::{appearance, storage::Store};

/// The settings. Copies are the same.
#[derive(Clone, Copy)]
pub struct Preferences {
    pub settings: StoreSignal<Settings>,
}

impl Preferences {
    /// Reads what the browser keeps, and applies it.
    pub fn new() -> Self {
        let this = Self {
            settings: StoreSignal::new(read()),
        };
        this.settings.with_untracked(appearance::apply);
        Store::watch(move || this.take(read()));
        this
    }

    pub fn shared() -> Self {
        expect_context()
    }

    /// Changes them. Where the browser keeps nothing, they last until the page is left.
    pub fn change(self, change: impl FnOnce(&mut Settings)) {
        let mut settings = self.settings.get_untracked();
        change(&mut settings);
        let _ = Store::Computer.set(settings::KEY, &settings.write());
        self.take(settings);
    }

    fn take(self, settings: Settings) {
        if self.settings.with_untracked(|old| *old != settings) {
            appearance::apply(&settings);
            self.settings.set(settings);
        }
    }
}

impl Default for Preferences {
    fn default() -> Self {
        Self::new()
    }
}

fn read() -> Settings {
    Settings::read(Store::Computer.get(settings::KEY).ok().flatten().as_deref())
}
