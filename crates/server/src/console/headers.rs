//! The headers that every answer carries.

use std::sync::LazyLock;

use countermand_page::{content_security::NOTHING, headers::EVERYWHERE};
use http::{HeaderMap, HeaderName, HeaderValue, header::CONTENT_SECURITY_POLICY};

/// Made once: each is checked letter by letter.
static ALWAYS: LazyLock<[(HeaderName, HeaderValue); EVERYWHERE.len()]> = LazyLock::new(|| {
    EVERYWHERE.map(|(name, value)| {
        (
            HeaderName::from_static(name),
            HeaderValue::from_static(value),
        )
    })
});
static NO_PAGE: HeaderValue = HeaderValue::from_static(NOTHING);

/// Adds what is missing; a page brings its own policy.
pub(crate) fn protect(headers: &mut HeaderMap) {
    headers.reserve(ALWAYS.len() + 1);
    headers
        .entry(CONTENT_SECURITY_POLICY)
        .or_insert_with(|| NO_PAGE.clone());
    for (name, value) in ALWAYS.iter() {
        headers.insert(name, value.clone());
    }
}
