//! Builds the browser's requests.

use bytes::Bytes;
use http::HeaderMap;
use js_sys::Uint8Array;
use web_sys::{
    AbortSignal, Headers, ReferrerPolicy, Request, RequestCache, RequestCredentials, RequestInit,
    RequestMode, RequestRedirect,
};

use super::failure::of_the_request;
use crate::TransportError;

/// Builds a request without the page's cache and referrer, with cookies as `cookies` says, and without redirects. What the
/// browser would not send is refused here, where it is sure that nothing was sent.
pub(super) fn build(
    request: &http::Request<Bytes>,
    cookies: RequestCredentials,
    signal: &AbortSignal,
) -> Result<Request, TransportError> {
    let init = RequestInit::new();
    init.set_method(request.method().as_str());
    init.set_headers(headers(request.headers())?.as_ref());
    init.set_mode(RequestMode::Cors);
    init.set_credentials(cookies);
    init.set_cache(RequestCache::NoStore);
    init.set_redirect(RequestRedirect::Manual);
    init.set_referrer_policy(ReferrerPolicy::NoReferrer);
    init.set_signal(Some(signal));
    if !request.body().is_empty() {
        // A copy: a view into the memory of wasm would not live as long as the browser needs it.
        init.set_body(&Uint8Array::from(request.body().as_ref()));
    }
    // The browser's own words would repeat the URL.
    Request::new_with_str_and_init(&request.uri().to_string(), &init)
        .map_err(|_| of_the_request("the browser refused the URL or the method"))
}

/// Builds a request whose answer the page may not read. The browser accepts such a request only if it follows
/// redirects.
pub(super) fn build_opaque(url: &str) -> Result<Request, TransportError> {
    let init = RequestInit::new();
    init.set_mode(RequestMode::NoCors);
    init.set_credentials(RequestCredentials::Omit);
    init.set_cache(RequestCache::NoStore);
    Request::new_with_str_and_init(url, &init)
        .map_err(|_| of_the_request("the browser refused the URL"))
}

fn headers(from: &HeaderMap) -> Result<Headers, TransportError> {
    let refused = |_| of_the_request("the browser refused a header");
    let headers = Headers::new().map_err(refused)?;
    for (name, value) in from {
        let value = value
            .to_str()
            .map_err(|_| of_the_request("a header is not plain ASCII"))?;
        headers.append(name.as_str(), value).map_err(refused)?;
    }
    Ok(headers)
}
