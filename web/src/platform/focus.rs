//! The focus.

use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

/// The element with this id gets the focus, once the page shows what was just changed.
pub fn soon(id: &'static str) {
    leptos::prelude::request_animation_frame(move || by_id(id));
}

/// Another screen is shown: the focus goes to its beginning, once it is there.
pub fn screen() {
    leptos::prelude::request_animation_frame(|| {
        by_id("content");
        if let Some(window) = super::window() {
            window.scroll_to_with_x_and_y(0.0, 0.0);
        }
    });
}

/// The element with this id gets the focus, if it is there.
pub fn by_id(id: &str) {
    if let Some(element) = element(id) {
        give(&element);
    }
}

/// Gives the focus to `element`, or to the button of the drawer that it is in where that is closed.
pub(super) fn give(element: &HtmlElement) {
    let button = closed_drawer(element).and_then(|drawer| {
        let opens = format!("[popovertarget=\"{}\"]", drawer.id());
        super::document()?.query_selector(&opens).ok().flatten()
    });
    let button = button.and_then(|button| button.dyn_into::<HtmlElement>().ok());
    let _ = button.as_ref().unwrap_or(element).focus();
}

/// The element with this id gets the focus, once the page shows what was just changed. The drawer that it is in is
/// opened.
pub fn reveal(id: &'static str) {
    leptos::prelude::request_animation_frame(move || {
        let Some(element) = element(id) else { return };
        if let Some(drawer) = closed_drawer(&element) {
            // Fails only for a drawer that is open.
            let _ = drawer.show_popover();
        }
        let _ = element.focus();
    });
}

fn element(id: &str) -> Option<HtmlElement> {
    super::document()?.get_element_by_id(id)?.dyn_into().ok()
}

fn closed_drawer(element: &HtmlElement) -> Option<HtmlElement> {
    let drawer = element.closest("[popover]:not(:popover-open)").ok()??;
    drawer.dyn_into().ok()
}

/// The element with this id is scrolled to, as far as need be, once the page shows what was just changed.
pub fn into_view(id: &str) {
    let id = id.to_owned();
    leptos::prelude::request_animation_frame(move || {
        let element = super::document().and_then(|document| document.get_element_by_id(&id));
        if let Some(element) = element {
            let options = web_sys::ScrollIntoViewOptions::new();
            options.set_block(web_sys::ScrollLogicalPosition::Nearest);
            element.scroll_into_view_with_scroll_into_view_options(&options);
        }
    });
}

/// Returns whether no element has the focus.
pub(super) fn is_lost() -> bool {
    let active = super::document().and_then(|document| document.active_element());
    active.is_none_or(|active| active.tag_name().eq_ignore_ascii_case("body"))
}

/// Where the focus is: the id of its element, if that has one.
fn current() -> Option<String> {
    let id = super::document()?.active_element()?.id();
    (!id.is_empty()).then_some(id)
}

/// Runs `change`, and afterwards gives the focus back to the element of the same id where the one that
/// had it was drawn anew, or else to `fallback`. What never lost it is left alone.
pub fn kept_over(fallback: &'static str, change: impl FnOnce()) {
    let before = current();
    let was_lost = is_lost();
    change();
    if was_lost {
        return;
    }
    leptos::prelude::request_animation_frame(move || {
        if let Some(before) = before.filter(|_| is_lost()) {
            by_id(&before);
        }
        if is_lost() {
            by_id(fallback);
        }
    });
}

/// The row of the commands that the Tab key reaches gets the focus.
pub fn first_row() {
    if let Some(element) = row_stop() {
        let _ = element.focus();
    }
}

/// Returns whether there is such a row.
pub fn has_rows() -> bool {
    row_stop().is_some()
}

fn row_stop() -> Option<HtmlElement> {
    let row = "#commands-scroller .rows > :not([hidden]) [tabindex='0']";
    let found = super::document()?.query_selector(row).ok()??;
    found.dyn_into().ok()
}
