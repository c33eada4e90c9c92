//! The arrows move along a lane, and from lane to lane.

use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, KeyboardEvent};

use super::section::button;

/// Moves the focus from the mark that has it.
pub(super) fn moved(event: &KeyboardEvent) {
    let Some(mark) = button(event).filter(|button| button.has_attribute("data-lane")) else {
        return;
    };
    let lane = || mark.closest("li").ok().flatten();
    let first = |lane: web_sys::Element| lane.query_selector("button").ok().flatten();
    let to = match event.key().as_str() {
        "ArrowRight" => mark.next_element_sibling(),
        "ArrowLeft" => mark.previous_element_sibling(),
        "ArrowDown" => lane()
            .and_then(|lane| lane.next_element_sibling())
            .and_then(first),
        "ArrowUp" => lane()
            .and_then(|lane| lane.previous_element_sibling())
            .and_then(first),
        _ => return,
    };
    event.prevent_default();
    if let Some(to) = to.and_then(|to| to.dyn_into::<HtmlElement>().ok()) {
        // What is no mark takes no focus.
        let _ = to.focus();
    }
}
