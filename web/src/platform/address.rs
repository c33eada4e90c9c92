//! The page's address, behind its `#`, and its entries in the browser's history.

use std::cell::Cell;

use js_sys::Date;
use wasm_bindgen::JsValue;
use web_sys::{Event, History};

/// How an address is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entry {
    /// In place of the one before.
    Same,
    /// As a step from which Back leads to the one before.
    Next,
}

/// What a step in the browser's history leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// An entry of what is open now, or an address that was typed.
    Within,
    /// The step that the page itself made.
    Own,
    /// An entry from before what is open now, or after it.
    Elsewhere,
}

thread_local! {
    /// The number that the entries of what is open now have; 0 while nothing is open.
    static OPEN: Cell<f64> = const { Cell::new(0.0) };
    /// Whether the page itself goes back.
    static GOES_BACK: Cell<bool> = const { Cell::new(false) };
}

/// Returns what is there.
pub fn read() -> String {
    super::window()
        .and_then(|window| window.location().hash().ok())
        .unwrap_or_default()
}

/// Writes it anew. While the page itself goes back, it does not: what is written then would be in the wrong entry.
pub fn write(address: &str, entry: Entry) {
    let (Some(window), Some(history)) = (super::window(), history()) else {
        return;
    };
    if GOES_BACK.get() {
        return;
    }
    let location = window.location();
    let before = location.pathname().unwrap_or_default() + &location.search().unwrap_or_default();
    let url = if address.is_empty() {
        before
    } else {
        format!("{before}#{address}")
    };
    let open = JsValue::from_f64(OPEN.get());
    // Refused only where it is asked for too often; the next change writes it.
    let _ = match entry {
        Entry::Same => history.replace_state_with_url(&open, "", Some(&url)),
        Entry::Next => history.push_state_with_url(&open, "", Some(&url)),
    };
}

/// Something is open from now on: entries that are written are its own.
pub fn opened() {
    OPEN.set(Date::now());
}

/// Nothing is open any more.
pub fn closed() {
    OPEN.set(0.0);
}

/// Goes back by one entry.
pub fn step_back() {
    if let Some(history) = history() {
        GOES_BACK.set(history.back().is_ok());
    }
}

/// Calls `stepped` for each step in the browser's history.
pub fn watch(stepped: impl Fn(Step) + 'static) {
    super::listen("popstate", move |_: Event| {
        let state = history().and_then(|history| history.state().ok());
        let number = state.and_then(|state| state.as_f64());
        stepped(match number {
            _ if GOES_BACK.replace(false) => Step::Own,
            Some(number) if number != OPEN.get() => Step::Elsewhere,
            _ => Step::Within,
        });
    });
}

fn history() -> Option<History> {
    super::window()?.history().ok()
}
