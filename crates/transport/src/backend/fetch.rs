//! The browser's backend, on fetch.

mod body;
mod failure;
mod request;
mod turn;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Request, Response, StatusCode, header};
use js_sys::{Array, Function, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortController, RequestCredentials, ResponseType};

use self::failure::{of_the_fetch, of_the_request};
use crate::{Transport, TransportError, TransportErrorKind};

pub use turn::breathe;

/// Sends by the browser's `fetch`, in a page and in a worker.
///
/// The page's cookies (unless asked for), cache and referrer are not sent, and no redirect is followed: one is a
/// failure. Only the headers that the server exposes are visible. Dropping the future aborts the request, also
/// while the body is read.
#[derive(Clone, Debug)]
pub struct FetchTransport {
    max_body_bytes: usize,
    cookies: RequestCredentials,
}

impl FetchTransport {
    /// Takes in bodies of at most 64 MiB.
    pub fn new() -> Self {
        Self::with_max_body_bytes(crate::limits::MAX_BODY_BYTES)
    }

    /// Takes in bodies of at most `max_body_bytes`.
    pub fn with_max_body_bytes(max_body_bytes: usize) -> Self {
        Self {
            max_body_bytes,
            cookies: RequestCredentials::Omit,
        }
    }

    /// Sends the page's cookies to the page's own origin, and to no other.
    #[must_use]
    pub fn with_session(self) -> Self {
        Self {
            cookies: RequestCredentials::SameOrigin,
            ..self
        }
    }
}

impl FetchTransport {
    /// Returns whether a server answers at `url`, even if the page may not read the answer. No key and no cookie is sent.
    pub async fn answers(&self, url: &str) -> bool {
        match request::build_opaque(url) {
            Ok(request) => fetch(&request).await.is_ok(),
            Err(_) => false,
        }
    }
}

impl Default for FetchTransport {
    fn default() -> Self {
        Self::new()
    }
}

impl Transport for FetchTransport {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        turn::one_more().await;
        let controller = AbortController::new()
            .map_err(|_| of_the_request("the browser gave no AbortController"))?;
        let request = request::build(&request, self.cookies, &controller.signal())?;
        let abort = AbortOnDrop(Some(controller));
        let incoming = fetch(&request)
            .await
            .map_err(|cause| of_the_fetch(&cause))?;
        match incoming.type_() {
            ResponseType::Opaqueredirect => {
                return Err(TransportError::new(TransportErrorKind::Redirected));
            }
            ResponseType::Error => return Err(TransportError::new(TransportErrorKind::Fetch)),
            _ => {}
        }
        let mut response = Response::new(Bytes::new());
        *response.status_mut() = StatusCode::from_u16(incoming.status())
            .map_err(|_| TransportError::new(TransportErrorKind::Fetch))?;
        *response.headers_mut() = visible_headers(&incoming);
        if let Some(stream) = incoming.body() {
            *response.body_mut() = body::read(stream, self.max_body_bytes).await?;
        }
        abort.has_ended();
        Ok(response)
    }
}

/// Aborts the request unless its body was read.
struct AbortOnDrop(Option<AbortController>);

impl AbortOnDrop {
    /// Drops the controller without an abort.
    fn has_ended(mut self) {
        self.0 = None;
    }
}

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        if let Some(controller) = &self.0 {
            controller.abort();
        }
    }
}

/// An extension that replaces `fetch` may make it return what is no promise, and answer with what is no response: that is
/// a failure like any other. The console must not crash, and lose the answers that it waits for.
async fn fetch(request: &web_sys::Request) -> Result<web_sys::Response, JsValue> {
    let fetch: Function = Reflect::get(&js_sys::global(), &"fetch".into())?.dyn_into()?;
    let promise: Promise = fetch.call1(&JsValue::UNDEFINED, request)?.dyn_into()?;
    JsFuture::from(promise).await?.dyn_into()
}

fn visible_headers(incoming: &web_sys::Response) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for entry in Array::from(&incoming.headers()) {
        let entry = Array::from(&entry);
        let text = |at| entry.get(at).as_string().unwrap_or_default();
        let name = HeaderName::from_bytes(text(0).as_bytes());
        // The browser gives each byte as one character.
        let bytes: Option<Vec<u8>> = text(1).chars().map(|c| u8::try_from(c).ok()).collect();
        let value = bytes.and_then(|bytes| HeaderValue::from_bytes(&bytes).ok());
        if let (Ok(name), Some(value)) = (name, value) {
            headers.append(name, value);
        }
    }
    // They describe the packed body, which the browser has unpacked.
    headers.remove(header::CONTENT_ENCODING);
    headers.remove(header::CONTENT_LENGTH);
    headers
}
