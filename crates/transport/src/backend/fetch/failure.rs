//! The browser's failures as transport errors.

use js_sys::Reflect;
use wasm_bindgen::JsValue;

use crate::{TransportError, TransportErrorKind};

/// A rejected fetch. The browser does not distinguish a refused origin, an unknown host and a lost answer.
pub(super) fn of_the_fetch(cause: &JsValue) -> TransportError {
    let name = name(cause);
    let kind = match name.as_str() {
        // Not by this crate: for example, because the page is being left.
        "AbortError" => TransportErrorKind::Interrupted,
        "TimeoutError" => TransportErrorKind::Timeout,
        _ => TransportErrorKind::Fetch,
    };
    TransportError::new(kind).with_source(name)
}

/// A body that broke off.
pub(super) fn of_the_body(cause: &JsValue) -> TransportError {
    TransportError::new(TransportErrorKind::Truncated).with_source(name(cause))
}

/// A request that the browser refused.
pub(super) fn of_the_request(reason: &'static str) -> TransportError {
    TransportError::new(TransportErrorKind::InvalidRequest).with_source(reason)
}

/// The name alone: some browsers put the URL into the message.
fn name(cause: &JsValue) -> String {
    Reflect::get(cause, &"name".into())
        .ok()
        .and_then(|name| name.as_string())
        .unwrap_or_else(|| "no error object".to_owned())
}
