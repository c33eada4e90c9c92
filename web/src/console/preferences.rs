//! The settings of the page.

use countermand_console::settings::{self, Settings};
use countermand_core_model::{SeverityLevel, SeverityRules};
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

    /// Calls commands of this kind or name as grave as this, or as they are known to be.
    pub fn grade(self, word: &str, level: Option<SeverityLevel>) {
        self.change(|settings| {
            // What is offered is allowed, and where there are too many words nothing changes.
            let _ = settings.grade(word, level);
        });
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

/// Returns how grave commands are in this person's words, as the browser keeps them.
pub(super) fn severity_rules() -> SeverityRules {
    settings::severity_rules(kept().as_deref())
}

fn read() -> Settings {
    Settings::read(kept().as_deref())
}

fn kept() -> Option<String> {
    Store::Computer.get(settings::KEY).ok().flatten()
}
