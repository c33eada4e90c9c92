//! What is shown, in the page's address.

use countermand_console::address::Shown;
use countermand_table::Filter;
use leptos::prelude::*;

use super::Console;
use crate::platform::{address, clock, storage::Store};

/// A change is written so many milliseconds later, so that typing does not write every letter: browsers refuse
/// to be asked for more than some hundred a minute.
const WRITTEN_AFTER: f64 = 400.0;

/// With what the part begins that names a demo.
const DEMO: &str = "demo=";
/// With what the part begins that names a connection of the relay. Its name needs no encoding.
const CONNECTION: &str = "connection=";

/// Under this name the tab keeps what was shown while somebody signs in elsewhere.
const LEFT: &str = "countermand-shown-before-sign-in";

/// Keeps what is shown until the page comes back: another site, from which people are sent back, drops it.
pub fn leave_to_sign_in() {
    let shown = address::read();
    if !shown.is_empty() {
        // Where nothing can be kept, one begins anew.
        let _ = Store::Tab.set(LEFT, &shown);
    }
}

/// Shows what was shown before somebody left to sign in, unless the address says what to show. To be called before
/// anything reads it.
pub fn come_back() {
    let Ok(Some(shown)) = Store::Tab.get(LEFT) else {
        return;
    };
    Store::Tab.remove(LEFT);
    if address::read().is_empty() {
        address::write(shown.trim_start_matches('#'));
    }
}

/// Takes out of the address what was shown: of a connection that is closed nothing stays, and a device of one means
/// nothing to another. The demo that it names stays named.
pub(super) fn forget() {
    address::write(&part(&[DEMO]).unwrap_or_default());
}

/// Names a connection of the relay, so that reloading comes back to it. What is to be shown of it stays.
pub(super) fn name_connection(name: &str) {
    let named = [CONNECTION, name].concat();
    let before = address::read();
    let shown = before.trim_start_matches('#').split('&');
    let shown = shown.filter(|part| {
        !part.is_empty() && !part.starts_with(DEMO) && !part.starts_with(CONNECTION)
    });
    let parts: Vec<&str> = [named.as_str()].into_iter().chain(shown).collect();
    address::write(&parts.join("&"));
}

/// The part of the address that begins with one of these.
fn part(names: &[&str]) -> Option<String> {
    address::read()
        .trim_start_matches('#')
        .split('&')
        .find(|part| names.iter().any(|name| part.starts_with(name)))
        .map(str::to_owned)
}

impl Console {
    /// Shows what the address says.
    pub fn follow_address(self) {
        let shown = Shown::read(self.provider(), &address::read());
        if self.filter.with_untracked(|filter| *filter != shown.filter) {
            self.filter.set(shown.filter);
        }
        if self.order.get_untracked() != shown.order {
            self.order.set(shown.order);
        }
        self.ignored.set(shown.ignored);
    }

    /// Writes into the address what is shown, soon.
    pub fn write_address(self) {
        let filter: Filter = self.filter.get();
        let order = self.order.get();
        clock::after(WRITTEN_AFTER, move || {
            // Changed again meanwhile, or closed: then it is another's.
            let is_still = self.filter.try_with_untracked(|now| *now == filter) == Some(true)
                && self.order.try_get_untracked() == Some(order);
            // What could not be read stays in the address: reloaded, it must not show more.
            let is_unreadable = filter.is_unreadable;
            if is_still && !is_unreadable {
                let shown = Some(Shown::write(&filter, order)).filter(|shown| !shown.is_empty());
                let named = part(&[DEMO, CONNECTION]);
                let parts: Vec<String> = named.into_iter().chain(shown).collect();
                address::write(&parts.join("&"));
            }
        });
    }
}
