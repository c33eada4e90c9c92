//! `GET /organizations/{organizationId}/mdm/android/enterprise/devices`
//!
//! Permission `mdm.android.device.list`; takes `page`, `limit`, `sort` and filters. There is no text search:
//! the client searches.

use bytes::Bytes;
use countermand_core_model::{Device, Page, PageRequest};
use countermand_transport::{ApiError, BaseUrl, Endpoint, RequestClass, Route};
use http::{Request, Response};

use super::request::{SORT, devices, page_of};
use crate::{OrganizationId, device, wire::list};

/// One page of an organization's devices, the newest first.
#[derive(Clone, Copy, Debug)]
pub struct ListDevices<'a> {
    /// The organization.
    pub organization: &'a OrganizationId,
    /// The page.
    pub page: PageRequest,
}

impl ListDevices<'_> {
    /// The items asked for per page. No maximum is documented.
    pub const PAGE_SIZE: u32 = 100;
}

impl Endpoint for ListDevices<'_> {
    type Output = Page<Device>;

    const ROUTE: Route = Route {
        operation: "applivery.list_devices",
        method: "GET",
        template: "/organizations/{organizationId}/mdm/android/enterprise/devices",
    };
    const CLASS: RequestClass = RequestClass::Read;

    fn request(&self, base: &BaseUrl) -> Result<Request<Bytes>, ApiError> {
        let segments = devices(self.organization, &[]);
        page_of(base, &segments, self.page, Some(SORT))
    }

    fn decode(&self, response: &Response<Bytes>) -> Result<Self::Output, ApiError> {
        list::page(response, device::named_device)
    }
}
