//! `GET /organizations/{organizationId}/mdm/android/enterprise/devices/{emmDeviceId}/commands`
//!
//! Permission `mdm.android.command.list`. "A paginated list": no query parameter is documented here,
//! but its siblings take `page`, `limit` and `sort`. They are sent, and may be ignored.

use bytes::Bytes;
use countermand_core_model::{Command, Page, PageRequest};
use countermand_transport::{ApiError, BaseUrl, Endpoint, RequestClass, Route};
use http::{Request, Response};

use super::request::{SORT, devices, page_of};
use crate::{DeviceId, OrganizationId, convert, wire::list};

/// One page of a device's commands, the newest first.
#[derive(Clone, Copy, Debug)]
pub struct ListCommands<'a> {
    /// The organization.
    pub organization: &'a OrganizationId,
    /// The device.
    pub device: &'a DeviceId,
    /// The page.
    pub page: PageRequest,
}

impl ListCommands<'_> {
    /// The items asked for per page. No maximum is documented.
    pub const PAGE_SIZE: u32 = 100;
}

impl Endpoint for ListCommands<'_> {
    type Output = Page<Command>;

    const ROUTE: Route = Route {
        operation: "applivery.list_commands",
        method: "GET",
        template: "/organizations/{organizationId}/mdm/android/enterprise/devices/{emmDeviceId}/commands",
    };
    const CLASS: RequestClass = RequestClass::Read;

    fn request(&self, base: &BaseUrl) -> Result<Request<Bytes>, ApiError> {
        let segments = devices(self.organization, &[self.device.as_str(), "commands"]);
        page_of(base, &segments, self.page, Some(SORT))
    }

    fn decode(&self, response: &Response<Bytes>) -> Result<Self::Output, ApiError> {
        let owner = convert::Owner {
            organization: self.organization,
            device: self.device,
        };
        list::commands(response, |wire, raw| {
            convert::command_of_item(wire, raw, owner)
        })
    }
}
