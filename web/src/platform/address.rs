//! The page's address, behind its `#`.

use wasm_bindgen::JsValue;

/// Returns what is there.
pub fn read() -> String {
    super::window()
        .and_then(|window| window.location().hash().ok())
        .unwrap_or_default()
}

/// Writes it anew, without a step in the browser's history.
pub fn write(address: &str) {
    let Some(window) = super::window() else {
        return;
    };
    let Ok(history) = window.history() else {
        return;
    };
    let location = window.location();
    let before = location.pathname().unwrap_or_default() + &location.search().unwrap_or_default();
    let url = if address.is_empty() {
        before
    } else {
        format!("{before}#{address}")
    };
    // Refused only where it is asked for too often; the next change writes it.
    let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(&url));
}
