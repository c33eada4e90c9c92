//! What is read from outside and is nobody's to call, for the fuzz targets.

use bytes::Bytes;
use countermand_core_model::Organization;
use countermand_transport::BaseUrl;
use http::{HeaderMap, Request};

pub use crate::access::fuzzing::{Issuer, Person};
use crate::{
    access::Cookies,
    endpoint_parser::{Call, read_target},
};

/// A request that was read as a call of an endpoint.
#[derive(Debug, PartialEq, Eq)]
pub struct ReadCall {
    call: Call,
    org: Organization,
}

impl ReadCall {
    /// Reads `target`, a path below a connection's with its query.
    pub fn of(org: &Organization, method: &str, target: &str, body: &[u8]) -> Option<Self> {
        Some(Self {
            call: read_target(org, method, target, body)?,
            org: org.clone(),
        })
    }

    /// The device and the command that it cancels; no command is all that waits there.
    pub fn cancels(&self) -> Option<(String, Option<String>)> {
        let target = self.call.target()?;
        let command = target.command.map(|command| command.to_string());
        Some((target.device.to_string(), command))
    }

    /// The request that goes to the vendor for it.
    pub fn request(&self, base: &BaseUrl) -> Option<Request<Bytes>> {
        self.call.request(&self.org, base).ok()
    }
}

/// The session's token among a request's cookies, and the name of its cookie.
pub fn session_cookie(headers: &HeaderMap, secure: bool) -> (String, Option<&str>) {
    let cookies = Cookies::new(secure, 8080);
    (cookies.session_name().to_owned(), cookies.session(headers))
}
