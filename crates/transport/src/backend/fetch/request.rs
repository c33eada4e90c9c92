//! Builds the browser's requests.

use bytes::Bytes;
use gloo_net::http::{Headers, RequestBuilder};
use http::{HeaderMap, Request};
use js_sys::Uint8Array;
use web_sys::{
    AbortSignal, ReferrerPolicy, RequestCache, RequestCredentials, RequestMode, RequestRedirect,
};

use super::failure::of_the_request;
use crate::TransportError;

/// Builds a request without the page's cache and referrer, with cookies as `cookies` says, and without redirects.
pub(super) fn build(
    request: &Request<Bytes>,
    cookies: RequestCredentials,
    signal: &AbortSignal,
) -> Result<web_sys::Request, TransportError> {
    let builder = RequestBuilder::new(&request.uri().to_string())
        .method(request.method().clone())
        .headers(headers(request.headers())?)
        .mode(RequestMode::Cors)
        .credentials(cookies)
        .cache(RequestCache::NoStore)
        .redirect(RequestRedirect::Manual)
        .referrer_policy(ReferrerPolicy::NoReferrer)
        .abort_signal(Some(signal));
    let built = if request.body().is_empty() {
        builder.build()
    } else {
        // A copy: a view into the memory of wasm would not live as long as the browser needs it.
        builder.body(Uint8Array::from(request.body().as_ref()))
    };
    // The browser's own words would repeat the URL.
    let built = built.map_err(|_| of_the_request("the browser refused the URL or the method"))?;
    Ok(built.into())
}

/// Builds a request whose answer the page may not read. The browser accepts such a request only if it follows redirects.
pub(super) fn build_opaque(url: &str) -> Result<web_sys::Request, TransportError> {
    let built = RequestBuilder::new(url)
        .mode(RequestMode::NoCors)
        .credentials(RequestCredentials::Omit)
        .cache(RequestCache::NoStore)
        .build();
    let built = built.map_err(|_| of_the_request("the browser refused the URL"))?;
    Ok(built.into())
}

fn headers(from: &HeaderMap) -> Result<Headers, TransportError> {
    let headers = Headers::new();
    for (name, value) in from {
        let value = value
            .to_str()
            .map_err(|_| of_the_request("a header is not plain ASCII"))?;
        headers.append(name.as_str(), value);
    }
    Ok(headers)
}
