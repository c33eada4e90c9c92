//! The endpoints, one file each: a request out, a response in, no I/O either way.

mod cancel_command;
mod get_command;
mod get_organization;
mod list_all_devices;
mod list_commands;
mod list_devices;

use bytes::Bytes;
use countermand_core_model::PageRequest;
use countermand_transport::{ApiError, BaseUrl, Endpoint, Route};
use http::{Method, Request, header};

pub use cancel_command::CancelCommand;
pub use get_command::GetCommand;
pub use get_organization::{GetOrganization, OrganizationFound};
pub use list_all_devices::ListAllDevices;
pub use list_commands::ListCommands;
pub use list_devices::ListDevices;

use crate::OrganizationId;
pub use crate::{
    device::AnyDevice,
    paging::{Item, Mark},
};

/// Every route in use, and no other: what a relay lets through.
pub const ROUTES: [Route; 6] = [
    <ListCommands<'_> as Endpoint>::ROUTE,
    <GetCommand<'_> as Endpoint>::ROUTE,
    <CancelCommand<'_> as Endpoint>::ROUTE,
    <ListDevices<'_> as Endpoint>::ROUTE,
    <ListAllDevices<'_> as Endpoint>::ROUTE,
    <GetOrganization<'_> as Endpoint>::ROUTE,
];

/// The segments of the path of an organisation's devices, and what follows them.
fn devices<'a>(organization: &'a OrganizationId, rest: &[&'a str]) -> Vec<&'a str> {
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

/// A request for a page of the list at this path, sorted as `sort` says where the list can be.
fn page_of(
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

/// A request without a body, which is what every endpoint here sends.
fn bodiless(
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
