//! The page as it goes to paper.

use leptos::prelude::*;

/// Is the page being printed right now? What is watched by the view that asks, ends with it.
pub fn watch() -> ReadSignal<bool> {
    let (printing, set) = signal(false);
    let before = window_event_listener_untyped("beforeprint", move |_| set.set(true));
    let after = window_event_listener_untyped("afterprint", move |_| set.set(false));
    on_cleanup(move || {
        before.remove();
        after.remove();
    });
    printing
}

/// Opens the browser's dialog for printing.
pub fn print() {
    if let Some(window) = super::window() {
        // Where it is refused there is the browser's own menu.
        let _ = window.print();
    }
}
