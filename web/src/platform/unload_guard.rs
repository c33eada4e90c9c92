//! Asking before the page is left while a run is active.

use std::cell::Cell;

use web_sys::Event;

thread_local! {
    static IS_ACTIVE: Cell<bool> = const { Cell::new(false) };
}

/// Has the browser ask before the page is left while the guard is active.
pub fn watch() {
    super::listen("beforeunload", |event: Event| {
        if IS_ACTIVE.get() {
            event.prevent_default();
        }
    });
}

/// Activates the guard while something goes on whose answers would be lost.
pub fn set_active(is_active: bool) {
    IS_ACTIVE.set(is_active);
}
