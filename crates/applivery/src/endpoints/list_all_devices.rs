//! `GET /organizations/{organizationId}/mdm/devices`
//!
//! The devices of every platform, in pages of up to 10,000 (inferred), against some 100 in the list of
//! Android devices. The filters `search, name, serialNumber, imei, state, type, subType` are documented, but
//! not their values: none is sent, and devices of other platforms are left out here. That the ids are those
//! of the Android list is not documented either: the caller compares them first.

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
    /// The items asked for per page: half of the inferred maximum, so that pages of large devices still come
    /// in time.
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
