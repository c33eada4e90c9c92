//! Files that the person saves.

use js_sys::Array;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Blob, BlobPropertyBag, HtmlAnchorElement, Url};

use super::clock;

/// The browser has begun with it after so many milliseconds, or never will.
const KEPT_FOR: f64 = 60_000.0;

/// Offers `parts`, texts or bytes, as a file of this name and type; false where the browser refuses.
pub fn offer(name: &str, kind: &str, parts: &Array) -> bool {
    save(name, kind, parts).is_some()
}

fn save(name: &str, kind: &str, parts: &Array) -> Option<()> {
    let options = BlobPropertyBag::new();
    options.set_type(kind);
    let blob = Blob::new_with_buffer_source_sequence_and_options(parts, &options).ok()?;
    let url = Url::create_object_url_with_blob(&blob).ok()?;
    let document = super::document()?;
    let link: HtmlAnchorElement = document.create_element("a").ok()?.dyn_into().ok()?;
    link.set_href(&url);
    link.set_download(name);
    link.click();
    clock::after(KEPT_FOR, move || {
        // What it named is let go of.
        let _ = Url::revoke_object_url(&url);
    });
    Some(())
}

/// A text as a part of a file.
pub fn part(text: &str) -> JsValue {
    JsValue::from_str(text)
}
