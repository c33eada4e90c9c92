//! The providers whose calls are forwarded: the one place of this crate where a provider is added.
//!
//! A request is parsed into a [`Call`] of one of the endpoints in use, and a new request is made from the call. Nothing
//! of the original text is forwarded, so nothing that is hidden in it reaches a provider.

mod applivery;
mod call;
mod enos;
mod path;
mod query;

use countermand_core_model::{InvalidValue, Organization, Provider};
use countermand_transport::BaseUrl;

pub(crate) use call::{Call, CancelTarget, ObservedState, RawCall, ServedProvider};
pub(crate) use path::segments;
pub(crate) use query::{ParseError, Query};

static SERVED: [&ServedProvider; 2] = [&applivery::SERVED, &enos::SERVED];

/// Returns what the server needs of `provider`.
///
/// # Errors
/// When the server does not know its calls.
pub(crate) fn served(provider: Provider) -> Result<&'static ServedProvider, InvalidValue> {
    let mut all = SERVED.into_iter();
    let found = all.find(|served| served.provider == provider);
    found.ok_or_else(|| {
        let rule = "must be one whose calls this server reads";
        InvalidValue::new("provider", rule, provider.as_str())
    })
}

/// Returns the provider whose client sends such a path, so that it can read the error.
pub(crate) fn by_path(segments: &[&str]) -> Option<Provider> {
    let first = segments.first()?;
    let found = SERVED.iter().find(|served| served.path == *first)?;
    Some(found.provider)
}

/// Parses a call to `org`.
pub(crate) fn parse(
    org: &Organization,
    base: &BaseUrl,
    raw: &RawCall<'_>,
) -> Result<Call, ParseError> {
    let served = served(org.provider()).map_err(|_| ParseError::Unknown)?;
    let call = (served.parse)(org, base, raw)?;
    let method = call.route.method;
    match raw.method.as_str() == method {
        true => Ok(call),
        false => Err(ParseError::Method(method)),
    }
}

/// Returns the call in `method target` with `body`, where there is one. `target` is a path with its query.
#[cfg(any(test, feature = "fuzzing"))]
pub(crate) fn parse_target(
    org: &Organization,
    base: &BaseUrl,
    method: &str,
    target: &str,
    body: &[u8],
) -> Option<Call> {
    let (path, query) = match target.split_once('?') {
        Some((path, query)) => (path, Some(query)),
        None => (target, None),
    };
    let segments = segments(path)?;
    let segments: Vec<&str> = segments.iter().map(AsRef::as_ref).collect();
    let raw = RawCall {
        method: &http::Method::from_bytes(method.as_bytes()).ok()?,
        segments: &segments,
        query: Query::read(query)?,
        body: &bytes::Bytes::copy_from_slice(body),
    };
    parse(org, base, &raw).ok()
}

#[cfg(test)]
mod tests;
