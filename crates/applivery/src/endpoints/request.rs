//! The parts that the requests have in common.

use bytes::Bytes;
use countermand_core_model::PageRequest;
use countermand_transport::{ApiError, BaseUrl};
use http::{Method, Request, header};

use crate::OrganizationId;

/// The path segments of an organization's devices, followed by `rest`.
pub(super) fn devices<'a>(organization: &'a OrganizationId, rest: &[&'a str]) -> Vec<&'a str> {
    let mut segments = vec![
        "organizations",
        organization.as_str(),
        "mdm",
        "android",
        "enterprise",
        "devices",
    ];
    segments.extend_from_slice(rest);
    segments
}

/// The order of a list: newest first.
pub(super) const SORT: (&str, &str) = ("sort", "createdAt:desc");

/// A request for a page of the list at this path, in the order `sort` where the list has one.
pub(super) fn page_of(
    base: &BaseUrl,
    segments: &[&str],
    page: PageRequest,
    sort: Option<(&str, &str)>,
) -> Result<Request<Bytes>, ApiError> {
    let (number, size) = (page.number.to_string(), page.size.to_string());
    let mut query = vec![("page", number.as_str()), ("limit", size.as_str())];
    query.extend(sort);
    bodiless(Method::GET, base, segments, &query)
}

/// A request without a body, as every endpoint here sends.
pub(super) fn bodiless(
    method: Method,
    base: &BaseUrl,
    segments: &[&str],
    query: &[(&str, &str)],
) -> Result<Request<Bytes>, ApiError> {
    let mut request = Request::new(Bytes::new());
    *request.method_mut() = method;
    *request.uri_mut() = base.join(segments, query.iter().copied())?;
    request.headers_mut().insert(
        header::ACCEPT,
        http::HeaderValue::from_static("application/json"),
    );
    Ok(request)
}
