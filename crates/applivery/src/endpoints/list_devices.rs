//! `GET /organizations/{organizationId}/mdm/android/enterprise/devices`
//!
//! Permission `mdm.android.device.list`; takes `page`, `limit`, `sort` and filters, none of which is a
//! text search: that is done here, on what came.

use bytes::Bytes;
use countermand_core_model::{Device, Page, PageRequest};
use countermand_transport::{ApiError, BaseUrl, Endpoint, RequestClass, Route};
use http::{Request, Response};

use super::request::{devices, page_of};
use crate::{
    OrganizationId, device,
    paging::{self, Item, SORT},
    wire::list::WirePage,
};

/// One page of an organisation's devices, the newest first.
#[derive(Clone, Copy, Debug)]
pub struct ListDevices<'a> {
    /// Whose devices.
    pub organization: &'a OrganizationId,
    /// Which page.
    pub page: PageRequest,
}

impl Endpoint for ListDevices<'_> {
    type Output = Page<Item<Device>>;

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
        paging::salvaging(response, |response| {
            let wire = WirePage::of(response)?;
            Ok(paging::page(wire, device::named_device))
        })
    }
}
