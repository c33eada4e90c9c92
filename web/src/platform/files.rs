//! Files that a person gives to the page.

use js_sys::{Array, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, BlobPropertyBag, File, HtmlAnchorElement, Url};

use super::clock;

/// So much is read at a time: little enough that nothing else waits for it.
const PIECE: f64 = 256.0 * 1024.0;

/// Reads a file piece by piece, and lets the page go on in between.
///
/// # Errors
/// When the browser cannot read it (any more).
pub async fn read(file: &File, mut take: impl FnMut(&[u8])) -> Result<(), ()> {
    let blob: &Blob = file.as_ref();
    let (size, mut from) = (blob.size(), 0.0);
    while from < size {
        let to = (from + PIECE).min(size);
        let piece = blob.slice_with_f64_and_f64(from, to).map_err(drop)?;
        let bytes = JsFuture::from(piece.array_buffer()).await.map_err(drop)?;
        take(&Uint8Array::new(bytes.unchecked_ref()).to_vec());
        from = to;
    }
    Ok(())
}

/// A browser has started the download after this many milliseconds, or never will.
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
