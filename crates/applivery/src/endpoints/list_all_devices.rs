//! `GET /organizations/{organizationId}/mdm/devices`
//!
//! The devices of every platform, in pages of up to 10,000 (inferred), against the 100 or so of the list
//! of Android's. Documented are the filters `search, name, serialNumber, imei, state, type, subType`, and of
//! none what it looks into or what values it has: none is sent, and what is not Android's is left out
//! here. That its ids are those of Android's list is not documented either: whoever uses this list
//! compares them first.

use bytes::Bytes;
use countermand_core_model::{Page, PageRequest};
use countermand_transport::{ApiError, BaseUrl, Endpoint, RequestClass, Route};
use http::{Request, Response};

use super::request::page_of;
use crate::{
    OrganizationId,
    device::{self, AnyDevice},
    wire::list,
};

/// One page of an organization's devices of every platform.
#[derive(Clone, Copy, Debug)]
pub struct ListAllDevices<'a> {
    /// The organization.
    pub organization: &'a OrganizationId,
    /// The page.
    pub page: PageRequest,
}

impl ListAllDevices<'_> {
    /// How many devices are asked for at once: half of what the provider is thought to allow, so that pages
    /// of large devices still come in time.
    pub const PAGE_SIZE: u32 = 5_000;
}

impl Endpoint for ListAllDevices<'_> {
    type Output = Page<AnyDevice>;

    const ROUTE: Route = Route {
        operation: "applivery.list_all_devices",
        method: "GET",
        template: "/organizations/{organizationId}/mdm/devices",
    };
    const CLASS: RequestClass = RequestClass::Read;

    fn request(&self, base: &BaseUrl) -> Result<Request<Bytes>, ApiError> {
        let organization = self.organization.as_str();
        let segments = ["organizations", organization, "mdm", "devices"];
        page_of(base, &segments, self.page, None)
    }

    fn decode(&self, response: &Response<Bytes>) -> Result<Self::Output, ApiError> {
        list::page(response, device::any_device)
    }
}
