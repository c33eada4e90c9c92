//! All that knows the browser: requests, time, clipboard, dialogs, focus.

pub mod address;
pub mod appearance;
pub mod backend;
pub mod clipboard;
pub mod clock;
pub mod dialog;
mod early;
pub mod files;
pub mod first_screen;
pub mod focus;
pub mod intl;
pub mod journals;
pub mod keyboard;
pub mod language;

pub mod cooperative_yield;
pub mod network;
pub mod policy;
pub mod printing;
pub mod relay;
pub mod site;
pub mod start;
pub mod storage;
pub mod tasks;
pub mod touch;
pub mod unload_guard;
pub mod visible;

fn window() -> Option<web_sys::Window> {
    web_sys::window()
}

fn document() -> Option<web_sys::Document> {
    window()?.document()
}

/// Listens to an event of the window for as long as the page lives.
fn listen<E: wasm_bindgen::convert::FromWasmAbi + 'static>(
    event: &str,
    handle: impl FnMut(E) + 'static,
) {
    use wasm_bindgen::{JsCast, closure::Closure};
    let closure = Closure::<dyn FnMut(E)>::new(handle);
    if let Some(window) = window() {
        // Refused for no event that a window has; without it the page works on.
        let _ = window.add_event_listener_with_callback(event, closure.as_ref().unchecked_ref());
    }
    closure.forget();
}
