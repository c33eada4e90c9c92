//! `POST /connect-service/v2.1/devices?action=search`

use bytes::Bytes;
use countermand_core_model::{Device, Page, PageRequest, enos::OrgId};
use countermand_transport::{ApiError, BaseUrl, Endpoint, RequestClass, Route};
use http::{Request, Response};

use super::request::{DEVICES, post_json};
use crate::{
    convert,
    wire::{SearchBody, WireDevice, WrittenSearch, list},
};

/// A page of the organization's devices.
///
/// <https://support.envisioniot.com/docs/connection-api/en/2.4.4/oldversion/search_device.html>
#[derive(Clone, Copy, Debug)]
pub struct SearchDevices<'a> {
    /// The organization.
    pub org: &'a OrgId,
    /// The page.
    pub page: PageRequest,
}

impl SearchDevices<'_> {
    /// The provider's largest page.
    pub const PAGE_SIZE: u32 = 200;

    /// Reads the page of a body made by [`Endpoint::request`]. None for any other body.
    pub fn read_body(body: &[u8]) -> Option<PageRequest> {
        let search = WrittenSearch::read(body)?;
        match search.expression {
            Some(_) => None,
            None => search.page(Self::PAGE_SIZE),
        }
    }

    /// The members of each device, without `deviceSecret`.
    const PROJECTION: [&'static str; 7] = [
        "assetId",
        "productKey",
        "productName",
        "deviceKey",
        "deviceName",
        "modelId",
        "status",
    ];
}

impl Endpoint for SearchDevices<'_> {
    type Output = Page<Device>;

    const ROUTE: Route = Route {
        operation: "enos.search_devices",
        method: "POST",
        template: "/connect-service/v2.1/devices?action=search",
    };
    const CLASS: RequestClass = RequestClass::Read;

    fn request(&self, base: &BaseUrl) -> Result<Request<Bytes>, ApiError> {
        let query = [("action", "search"), ("orgId", self.org.as_str())];
        let body = SearchBody {
            expression: None,
            pagination: self.page.into(),
            projection: &Self::PROJECTION,
        };
        Ok(post_json(base.join(&DEVICES, query)?, &body)?)
    }

    fn decode(&self, response: &Response<Bytes>) -> Result<Page<Device>, ApiError> {
        list::page(response, |item| convert::device(WireDevice::of(item)?))
    }
}
