//! The clipboard.

use wasm_bindgen_futures::JsFuture;

/// Returns whether text of the page is marked, as by dragging over it.
pub fn marks_text() -> bool {
    let selection = super::window().and_then(|window| window.get_selection().ok().flatten());
    selection.is_some_and(|selection| !selection.is_collapsed())
}

/// Puts `text` there; false where the browser does not allow it.
pub async fn copy(text: &str) -> bool {
    let Some(window) = super::window() else {
        return false;
    };
    // Absent outside secure contexts.
    let navigator = window.navigator();
    let there = js_sys::Reflect::get(&navigator, &"clipboard".into())
        .is_ok_and(|clipboard| clipboard.is_object());
    there
        && JsFuture::from(navigator.clipboard().write_text(text))
            .await
            .is_ok()
}
