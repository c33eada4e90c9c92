//! The headers that every answer carries.

use countermand_page::{content_security::NOTHING, headers::EVERYWHERE};
use http::{HeaderMap, HeaderName, HeaderValue, header::CONTENT_SECURITY_POLICY};

/// Adds what is missing; a page brings its own policy.
pub(crate) fn protect(headers: &mut HeaderMap) {
    headers
        .entry(CONTENT_SECURITY_POLICY)
        .or_insert(HeaderValue::from_static(NOTHING));
    for (name, value) in EVERYWHERE {
        headers.insert(
            HeaderName::from_static(name),
            HeaderValue::from_static(value),
        );
    }
}
