//! When the page was last touched.

use std::cell::Cell;

use countermand_core_model::Timestamp;
use web_sys::Event;

use super::clock;

thread_local! {
    static LAST: Cell<Option<Timestamp>> = const { Cell::new(None) };
}

/// From now on, touches are noted.
pub fn watch() {
    for event in ["pointerdown", "keydown", "wheel"] {
        super::listen(event, |_: Event| note());
    }
}

pub fn note() {
    LAST.set(Some(clock::now()));
}

/// When it was last touched, if it ever was.
pub fn noted() -> Option<Timestamp> {
    LAST.get()
}

/// When it was last touched; now, where it never was.
pub fn last() -> Timestamp {
    LAST.get().unwrap_or_else(clock::now)
}
