//! The page's own script (`web/start.js`), which brings the program in two parts.

use js_sys::{Function, Promise, Reflect};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;

/// Fetches the rest of the program. To be waited for before anything is done that the first rows do not need.
pub async fn rest() {
    if let Some(promise) = asked() {
        let _ = JsFuture::from(promise).await;
    }
}

fn asked() -> Option<Promise> {
    let rest = Reflect::get(&js_sys::global(), &"countermandRest".into()).ok()?;
    let rest: Function = rest.dyn_into().ok()?;
    rest.call0(&wasm_bindgen::JsValue::UNDEFINED)
        .ok()?
        .dyn_into()
        .ok()
}
