//! Files that a person gives to the page.

use js_sys::Uint8Array;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, File};

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
