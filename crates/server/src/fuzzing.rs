//! Opens to the fuzz targets what reads bytes from outside.

use bytes::Bytes;
use countermand_core_model::Organization;
use countermand_transport::BaseUrl;
use http::{HeaderMap, Request};

pub use crate::access::fuzzing::{Issuer, Person};
use crate::{
    access::Cookies,
    provider::{Call, CancelTarget, parse_target},
};

/// A request that was read as a call of an endpoint.
#[derive(Debug)]
pub struct ReadCall {
    request: Request<Bytes>,
    target: Option<CancelTarget>,
}

impl ReadCall {
    /// Parses `target`, a path below a connection's with its query.
    pub fn of(
        org: &Organization,
        base: &BaseUrl,
        method: &str,
        target: &str,
        body: &[u8],
    ) -> Option<Self> {
        let Call {
            request, target, ..
        } = parse_target(org, base, method, target, body)?;
        Some(Self { request, target })
    }

    /// Returns the device and the command that it cancels; without a command, everything that waits there.
    pub fn cancels(&self) -> Option<(String, Option<String>)> {
        let target = self.target.as_ref()?;
        let command = target.command.as_ref().map(ToString::to_string);
        Some((target.device.to_string(), command))
    }

    /// Returns the request that goes to the provider for it.
    pub fn request(&self) -> &Request<Bytes> {
        &self.request
    }
}

/// Returns the session's token among a request's cookies, and the name of its cookie.
pub fn session_cookie(headers: &HeaderMap, secure: bool) -> (String, Option<&str>) {
    let cookies = Cookies::new(secure, 8080);
    (cookies.session_name().to_owned(), cookies.session(headers))
}
