//! Reads the browser's body stream.

use bytes::{Bytes, BytesMut};
use js_sys::{Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{ReadableStream, ReadableStreamDefaultReader};

use super::failure::of_the_body;
use crate::{TransportError, TransportErrorKind};

/// Reads a body up to `limit`.
pub(super) async fn read(stream: ReadableStream, limit: usize) -> Result<Bytes, TransportError> {
    let reader: ReadableStreamDefaultReader = stream.get_reader().unchecked_into();
    let mut body = BytesMut::new();
    while let Some(piece) = next(&reader).await.map_err(|cause| of_the_body(&cause))? {
        if piece.len() > limit - body.len() {
            return Err(TransportError::new(TransportErrorKind::TooLarge));
        }
        body.extend_from_slice(&piece);
    }
    Ok(body.freeze())
}

async fn next(reader: &ReadableStreamDefaultReader) -> Result<Option<Vec<u8>>, JsValue> {
    let step = JsFuture::from(reader.read()).await?;
    if Reflect::get(&step, &"done".into())?.is_truthy() {
        return Ok(None);
    }
    let piece: Uint8Array = Reflect::get(&step, &"value".into())?.dyn_into()?;
    Ok(Some(piece.to_vec()))
}
