//! Responses that the relay makes itself, in the form of the provider's errors, so that a typed client reads them.
//! Each names its reason in a header, which a provider's response never carries.

use std::time::Duration;

use axum::body::Body;
use bytes::Bytes;
use countermand_core_model::Provider;
use countermand_relay_api::{ErrorBody, REASON_HEADER, Reason};
use http::{
    HeaderValue, Response, StatusCode,
    header::{ALLOW, CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER},
};
use serde::Serialize;

/// Why the relay answers itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// Nobody is signed in.
    SignIn,
    /// The person who is signed in may not do this.
    Forbidden,
    /// A second person has to approve.
    Approval,
    /// The budget of requests of everybody together is used up.
    Rate(Duration),
    /// The audit cannot be written. Nothing was sent.
    Audit,
    /// The provider cannot be reached. Nothing was sent.
    Unreachable,
    /// The provider's answer about the commands cannot be read. Nothing was sent.
    Unreadable,
    /// The provider's response did not come, is too large, or is a redirect. The request may have been executed.
    Upstream,
    /// The provider did not answer in time. The request may have been executed.
    Slow,
    /// There is no such resource.
    NotFound,
    /// The resource does not take this method; the ones that it takes.
    Method(&'static str),
    /// The body is too large.
    TooLarge,
    /// The body did not come in time.
    Timeout,
    /// The request is malformed: how.
    Malformed(&'static str),
    /// The request comes from a page of another origin.
    Elsewhere,
}

impl Refusal {
    pub(crate) fn status(self) -> StatusCode {
        match self {
            Self::SignIn => StatusCode::UNAUTHORIZED,
            Self::Forbidden | Self::Approval | Self::Elsewhere => StatusCode::FORBIDDEN,
            Self::Rate(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::Audit | Self::Unreachable => StatusCode::SERVICE_UNAVAILABLE,
            Self::Upstream | Self::Unreadable => StatusCode::BAD_GATEWAY,
            Self::Slow => StatusCode::GATEWAY_TIMEOUT,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Method(_) => StatusCode::METHOD_NOT_ALLOWED,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Timeout => StatusCode::REQUEST_TIMEOUT,
            Self::Malformed(_) => StatusCode::BAD_REQUEST,
        }
    }

    fn reason(self) -> Reason {
        match self {
            Self::SignIn => Reason::SignIn,
            Self::Forbidden => Reason::Forbidden,
            Self::Approval => Reason::Approval,
            Self::Rate(_) => Reason::Rate,
            Self::Audit => Reason::Audit,
            Self::Unreachable | Self::Unreadable => Reason::Unreachable,
            Self::Upstream | Self::Slow => Reason::Upstream,
            Self::NotFound => Reason::NotFound,
            Self::Method(_)
            | Self::TooLarge
            | Self::Timeout
            | Self::Malformed(_)
            | Self::Elsewhere => Reason::Refused,
        }
    }

    fn words(self) -> &'static str {
        match self {
            Self::SignIn => "Your session at this server has ended: sign in again.",
            Self::Forbidden => "You may read here, and not cancel.",
            Self::Approval => "A second operator has to approve this first. Nothing was sent.",
            Self::Rate(_) => "The budget of requests of this connection is used up for now.",
            Self::Audit => "The audit cannot be written, so nothing was sent.",
            Self::Unreachable => "The vendor cannot be reached from this server. Nothing was sent.",
            Self::Unreadable => {
                "What the vendor says of these commands cannot be read, so nothing was sent."
            }
            Self::Upstream => {
                "The vendor's answer did not come through, is too large, or leads elsewhere. It may have done what was asked."
            }
            Self::Slow => {
                "The vendor did not answer this server in time. It may have done what was asked."
            }
            Self::NotFound => "There is no such thing here.",
            Self::Method(_) => "It cannot be asked for in this way.",
            Self::TooLarge => "The request is too large.",
            Self::Timeout => "The request did not come in time.",
            Self::Malformed(why) => why,
            Self::Elsewhere => "This server answers to its own page only.",
        }
    }

    /// Returns the response, in the form of the provider's errors where the provider is known.
    pub(crate) fn response(self, provider: Option<Provider>) -> Response<Body> {
        let status = self.status();
        let message = self.words();
        let body = match provider {
            Some(Provider::Applivery) => ErrorBody::applivery(status.as_u16(), message),
            Some(Provider::Enos) => ErrorBody::enos(status.as_u16(), message),
            Some(Provider::Other(_)) | None => ErrorBody::plain(message),
        };
        let mut response = json_response(status, &body);
        let headers = response.headers_mut();
        headers.insert(
            REASON_HEADER,
            HeaderValue::from_static(self.reason().as_str()),
        );
        if let Self::Rate(wait) = self {
            let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
            headers.insert(RETRY_AFTER, HeaderValue::from(seconds.max(1)));
        }
        if let Self::Method(allowed) = self {
            headers.insert(ALLOW, HeaderValue::from_static(allowed));
        }
        response
    }
}

/// Returns `body` as JSON that is not cached.
pub(crate) fn json_response(status: StatusCode, body: &impl Serialize) -> Response<Body> {
    // Types of the contract always serialize: their maps have text for keys.
    let body = serde_json::to_vec(body).unwrap_or_default();
    let mut response = Response::new(Body::from(Bytes::from(body)));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
