//! The vendor's endpoints, one a file: a request out, an answer in, no I/O either way.

mod cancel_command;
mod cancel_everything;
mod get_command;
mod get_token;
mod refresh_token;
mod search_commands;
mod search_devices;

use bytes::Bytes;
use countermand_core_model::{EnosDevice, InvalidValue, enos::OrgId};
use countermand_transport::{BaseUrl, Endpoint, Route};
use http::{HeaderValue, Method, Request, Uri, header::CONTENT_TYPE};

pub use cancel_command::CancelCommand;
pub use cancel_everything::CancelEverything;
pub use get_command::GetCommand;
pub(crate) use get_token::GetToken;
pub(crate) use refresh_token::RefreshToken;
pub use search_commands::SearchCommands;
pub use search_devices::SearchDevices;

/// Every route that this crate calls with a token, for those who let through nothing else.
pub const ROUTES: [Route; 5] = [
    GetCommand::ROUTE,
    SearchCommands::ROUTE,
    CancelCommand::ROUTE,
    CancelEverything::ROUTE,
    SearchDevices::ROUTE,
];

const COMMANDS: [&str; 3] = ["connect-service", "v2.1", "commands"];
const DEVICES: [&str; 3] = ["connect-service", "v2.1", "devices"];

/// The query of every call about a device's commands.
fn command_query<'a>(
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

fn get(uri: Uri) -> Request<Bytes> {
    let mut request = Request::new(Bytes::new());
    *request.uri_mut() = uri;
    request
}

fn post_nothing(uri: Uri) -> Request<Bytes> {
    let mut request = get(uri);
    *request.method_mut() = Method::POST;
    request
}

fn post_json(uri: Uri, body: Bytes) -> Request<Bytes> {
    let mut request = post_nothing(uri);
    *request.body_mut() = body;
    request
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    request
}

fn token_uri(base: &BaseUrl, operation: &str) -> Result<Uri, InvalidValue> {
    base.join(&["apim-token-service", "v2.0", "token", operation], [])
}
