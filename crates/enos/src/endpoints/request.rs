//! The parts that the requests have in common.

use bytes::Bytes;
use countermand_core_model::{EnosDevice, InvalidValue, enos::OrgId};
use http::{HeaderValue, Method, Request, Uri, header::CONTENT_TYPE};
use serde::Serialize;

pub(super) const COMMANDS: [&str; 3] = ["connect-service", "v2.1", "commands"];
pub(super) const DEVICES: [&str; 3] = ["connect-service", "v2.1", "devices"];

/// The query of every call about a device's commands.
pub(super) fn command_query<'a>(
    action: &'a str,
    org: &'a OrgId,
    device: &'a EnosDevice,
) -> Vec<(&'a str, &'a str)> {
    let mut query = vec![("action", action), ("orgId", org.as_str())];
    match device {
        EnosDevice::Asset(asset) => query.push(("assetId", asset.as_str())),
        EnosDevice::Key(product, device) => {
            query.push(("productKey", product.as_str()));
            query.push(("deviceKey", device.as_str()));
        }
    }
    query
}

pub(super) fn get(uri: Uri) -> Request<Bytes> {
    let mut request = Request::new(Bytes::new());
    *request.uri_mut() = uri;
    request
}

pub(super) fn post_nothing(uri: Uri) -> Request<Bytes> {
    let mut request = get(uri);
    *request.method_mut() = Method::POST;
    request
}

pub(super) fn post_json(uri: Uri, body: &impl Serialize) -> Result<Request<Bytes>, InvalidValue> {
    let body = serde_json::to_vec(body)
        .map_err(|_| InvalidValue::new("request", "must be writable as JSON", ""))?;
    let mut request = post_nothing(uri).map(|_| Bytes::from(body));
    request
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    Ok(request)
}
