//! Leaving the page while something goes on.

use std::cell::Cell;

use web_sys::Event;

thread_local! {
    static GOES_ON: Cell<bool> = const { Cell::new(false) };
}

/// From now on the browser asks before the page is left while something goes on.
pub fn watch() {
    super::listen("beforeunload", |event: Event| {
        if GOES_ON.get() {
            event.prevent_default();
        }
    });
}

/// Something goes on whose answers would be lost, or no longer.
pub fn set_going_on(goes_on: bool) {
    GOES_ON.set(goes_on);
}
