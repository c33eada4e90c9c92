//! Modal dialogs.

use std::cell::RefCell;

use wasm_bindgen::JsCast;
use web_sys::{HtmlDialogElement, HtmlElement};

use super::focus;

thread_local! {
    /// What had the focus before each open dialog, the innermost last.
    static OPENERS: RefCell<Vec<Option<HtmlElement>>> = const { RefCell::new(Vec::new()) };
}

/// Shows `dialog` above everything else; the browser keeps the focus in it. What had the focus is
/// remembered.
pub fn open(dialog: &HtmlDialogElement) {
    if !dialog.open() {
        let opener = super::document()
            .and_then(|document| document.active_element())
            .and_then(|element| element.dyn_into::<HtmlElement>().ok());
        OPENERS.with_borrow_mut(|openers| openers.push(opener));
        // Fails only for a dialog that is not in the page.
        let _ = dialog.show_modal();
    }
}

/// The innermost dialog is gone: gives the focus back to what had it, unless something else has got it
/// meanwhile; to the element with the id `fallback` where that is gone or cannot have it.
pub fn closed(fallback: &'static str) {
    let opener = OPENERS.with_borrow_mut(Vec::pop).flatten();
    leptos::prelude::request_animation_frame(move || {
        if !focus::is_lost() {
            return;
        }
        if let Some(opener) = opener.filter(|opener| opener.is_connected()) {
            focus::give(&opener);
        }
        if focus::is_lost() {
            focus::by_id(fallback);
        }
    });
}
