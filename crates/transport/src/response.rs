//! Responses: how large they may be, and those made from others.

use bytes::Bytes;
use http::Response;

/// The largest body that is taken in unless set otherwise. The largest answer of either provider is some
/// hundred commands: this is there to end what never ends.
#[cfg(any(
    all(feature = "fetch", target_arch = "wasm32"),
    all(feature = "reqwest", not(target_arch = "wasm32"))
))]
pub(crate) const MAX_BODY_BYTES: usize = 64 * 1024 * 1024;

/// `response` with another body: its status, version, headers and extensions stay, so what is known of it does.
pub fn with_body(response: &Response<Bytes>, body: impl Into<Bytes>) -> Response<Bytes> {
    response.clone().map(|_| body.into())
}

#[cfg(test)]
mod tests {
    use http::{StatusCode, Version};

    use super::*;
    use crate::Attempts;

    #[test]
    fn everything_but_the_body_stays() {
        let mut response = Response::new(Bytes::from_static(b"broken"));
        *response.status_mut() = StatusCode::ACCEPTED;
        *response.version_mut() = Version::HTTP_2;
        response
            .headers_mut()
            .insert("x-request-id", http::HeaderValue::from_static("r1"));
        response.extensions_mut().insert(Attempts(3));
        let other = with_body(&response, "whole");
        assert_eq!(other.body().as_ref(), b"whole");
        assert_eq!(other.status(), response.status());
        assert_eq!(other.version(), response.version());
        assert_eq!(other.headers(), response.headers());
        assert_eq!(other.extensions().get::<Attempts>().map(|a| a.0), Some(3));
    }
}
