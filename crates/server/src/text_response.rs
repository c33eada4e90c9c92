//! Short responses of the server itself, and the headers that every response carries.

use std::sync::LazyLock;

use axum::body::Body;
use countermand_page::{content_security::NOTHING, headers::EVERYWHERE};
use http::{
    HeaderMap, HeaderName, HeaderValue, Response, StatusCode,
    header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE},
};

/// Returns a short text that is not cached.
pub(crate) fn plain(code: StatusCode, text: impl Into<Body>) -> Response<Body> {
    let mut response = status(code, text.into());
    set(&mut response, CONTENT_TYPE, "text/plain; charset=utf-8");
    set(&mut response, CACHE_CONTROL, "no-store");
    response
}

/// Returns a page that tells a browser what to do next. Its text comes from the code only.
pub(crate) fn html(page: &str) -> Response<Body> {
    let mut response = status(StatusCode::OK, Body::from(page.to_owned()));
    set(&mut response, CONTENT_TYPE, "text/html; charset=utf-8");
    set(&mut response, CACHE_CONTROL, "no-store");
    response
}

pub(crate) fn status(code: StatusCode, body: Body) -> Response<Body> {
    let mut response = Response::new(body);
    *response.status_mut() = code;
    response
}

pub(crate) fn set(response: &mut Response<Body>, name: HeaderName, value: &str) {
    // Every value is made here of visible characters; one that is not is left out.
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(name, value);
    }
}

/// Built once: each is validated byte by byte.
static ALWAYS: LazyLock<[(HeaderName, HeaderValue); EVERYWHERE.len()]> = LazyLock::new(|| {
    EVERYWHERE.map(|(name, value)| {
        (
            HeaderName::from_static(name),
            HeaderValue::from_static(value),
        )
    })
});
static NO_PAGE: HeaderValue = HeaderValue::from_static(NOTHING);

/// Adds the security headers that are missing. A page brings its own policy.
pub(crate) fn protect(headers: &mut HeaderMap) {
    headers.reserve(ALWAYS.len() + 1);
    headers
        .entry(CONTENT_SECURITY_POLICY)
        .or_insert_with(|| NO_PAGE.clone());
    for (name, value) in ALWAYS.iter() {
        headers.insert(name, value.clone());
    }
}
