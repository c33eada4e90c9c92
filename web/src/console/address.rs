//! What is shown, in the page's address.

use countermand_table::Filter;
use leptos::prelude::*;

use super::Console;
use crate::{
    platform::{address, clock},
    state::address::Shown,
};

/// A change is written so many milliseconds later, so that typing does not write every letter: browsers refuse
/// to be asked for more than some hundred a minute.
const WRITTEN_AFTER: f64 = 400.0;

/// Takes out of the address what was shown: of a connection that is closed nothing stays, and a device of one means
/// nothing to another. The demo that it names stays named.
pub(super) fn forget() {
    address::write(&demo().unwrap_or_default());
}

/// The part of the address that names a demo.
fn demo() -> Option<String> {
    address::read()
        .trim_start_matches('#')
        .split('&')
        .find(|part| part.starts_with("demo="))
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
            if is_still {
                let shown = Some(Shown::write(&filter, order)).filter(|shown| !shown.is_empty());
                let parts: Vec<String> = demo().into_iter().chain(shown).collect();
                address::write(&parts.join("&"));
            }
        });
    }
}
