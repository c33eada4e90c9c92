//! The arrows move along a lane, and from lane to lane.

use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlElement, KeyboardEvent};

/// Moves the focus from the mark that has it.
pub(super) fn moved(event: &KeyboardEvent) {
    let Some(mark) = button(event).filter(|button| button.has_attribute("data-lane")) else {
        return;
    };
    let lane = || mark.closest("li").ok().flatten();
    let first = |lane: Element| lane.query_selector("button").ok().flatten();
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

/// The button that an event is about.
pub(super) fn button(event: &Event) -> Option<Element> {
    let target: Element = event.target()?.dyn_into().ok()?;
    target.closest("button").ok().flatten()
}
