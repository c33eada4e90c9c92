//! Requests to send.

use bytes::Bytes;
use countermand_transport::{RequestClass, Route};
use http::Request;

pub(crate) const ROUTE: Route = Route {
    operation: "vendor.cancel",
    method: "POST",
    template: "/devices/{device}/commands/{command}/cancel",
};

pub(crate) fn unmarked() -> Request<Bytes> {
    to("/")
}

pub(crate) fn to(path: &str) -> Request<Bytes> {
    Request::post(format!("https://vendor.example{path}"))
        .body(Bytes::new())
        .unwrap()
}

pub(crate) fn marked(class: RequestClass) -> Request<Bytes> {
    let mut request = unmarked();
    request.extensions_mut().insert(class);
    request
}

/// Reads are retried the most.
pub(crate) fn read() -> Request<Bytes> {
    marked(RequestClass::Read)
}
