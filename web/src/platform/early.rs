//! What the page's first script has asked of the page's host while the program was on its way.

use js_sys::{Object, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

/// Where that script keeps what it asked for, by name: a text, `null` where there is none, `undefined` where no
/// answer came.
const ASKED: &str = "countermandAsked";

/// No answer came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoAnswer;

/// Returns the answer to what was asked early, once; `None` where it was not asked, or was taken before.
pub(super) async fn answer(name: &str) -> Option<Result<Option<String>, NoAnswer>> {
    let asked: Object = Reflect::get(&js_sys::global(), &ASKED.into())
        .ok()?
        .dyn_into()
        .ok()?;
    let name = JsValue::from_str(name);
    let answer: Promise = Reflect::get(&asked, &name).ok()?.dyn_into().ok()?;
    let answer = JsFuture::from(answer).await;
    // Taken only now: whoever gives up waiting leaves it to the next.
    let _ = Reflect::delete_property(&asked, &name);
    Some(match answer {
        Ok(text) if !text.is_undefined() => Ok(text.as_string()),
        _ => Err(NoAnswer),
    })
}
