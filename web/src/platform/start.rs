//! The page's own script (`web/start.js`), which brings the program in parts.

use js_sys::{Function, Promise, Reflect};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;

/// A part of the program that comes behind the first.
#[derive(Clone, Copy)]
pub enum Part {
    /// What reads answers and draws the first rows.
    Rows = 1,
    /// Everything else.
    Rest = 2,
}

/// Waits until a part is there. To be waited for before anything of it is called.
pub async fn has(part: Part) {
    if let Some(promise) = asked(part) {
        let _ = JsFuture::from(promise).await;
    }
}

fn asked(part: Part) -> Option<Promise> {
    let ask = Reflect::get(&js_sys::global(), &"countermandPart".into()).ok()?;
    let ask: Function = ask.dyn_into().ok()?;
    ask.call1(&wasm_bindgen::JsValue::UNDEFINED, &(part as u32).into())
        .ok()?
        .dyn_into()
        .ok()
}
