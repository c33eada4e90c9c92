//! The page's own script (`web/start.js`), which brings the program in parts.

use countermand_core_model::Provider;
use js_sys::{Function, Promise, Reflect};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;

/// A part of the program that comes behind the first.
#[derive(Clone, Copy)]
pub enum Part {
    /// What reads answers and draws the first rows.
    Rows = 1,
    /// What else is needed for that with Applivery.
    RowsOfApplivery = 2,
    /// Everything else.
    Rest = 3,
}

impl Part {
    /// The part that reads a provider's answers.
    pub fn rows_of(provider: Provider) -> Self {
        match provider {
            Provider::Enos => Self::Rows,
            _ => Self::RowsOfApplivery,
        }
    }
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
