//! Responses that the server makes itself, and what logs say of a response.
//!
//! Refusals have the form of the provider's errors, so that a typed client reads them. Each names its reason in a
//! header, which a provider's response never carries.

use std::{sync::LazyLock, time::Duration};

use axum::{
    Extension,
    body::Body,
    response::{IntoResponse, Response},
};
use countermand_core_model::Provider;
use countermand_page::{content_security::NOTHING, headers::EVERYWHERE};
use countermand_relay_api::{ErrorBody, REASON_HEADER, Reason};
use http::{
    HeaderMap, HeaderName, HeaderValue, StatusCode,
    header::{ALLOW, CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, RETRY_AFTER},
};
use serde::Serialize;

use crate::provider::served;

/// Why the server refuses a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// Nobody is signed in.
    SignIn,
    /// The person who is signed in may not do this.
    Forbidden,
    /// A second person has to approve.
    Approval,
    /// This cancel does not say why, and has to.
    Notes,
    /// The budget of requests of everybody together is used up.
    Rate(Duration),
    /// Too many sign-ins failed: no credential is compared for so long.
    TooManyFailed(Duration),
    /// The audit cannot be written. Nothing was sent.
    Audit,
    /// The store cannot be used.
    Store,
    /// The issuer of sign-ins cannot be asked.
    Issuer,
    /// The provider cannot be reached. Nothing was sent.
    Unreachable,
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
            Self::Forbidden | Self::Approval | Self::Notes | Self::Elsewhere => {
                StatusCode::FORBIDDEN
            }
            Self::Rate(_) | Self::TooManyFailed(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::Audit | Self::Store | Self::Issuer | Self::Unreachable => {
                StatusCode::SERVICE_UNAVAILABLE
            }
            Self::Upstream => StatusCode::BAD_GATEWAY,
            Self::Slow => StatusCode::GATEWAY_TIMEOUT,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Method(_) => StatusCode::METHOD_NOT_ALLOWED,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Timeout => StatusCode::REQUEST_TIMEOUT,
            Self::Malformed(_) => StatusCode::BAD_REQUEST,
        }
    }

    pub(crate) fn reason(self) -> Reason {
        match self {
            Self::SignIn => Reason::SignIn,
            Self::Forbidden => Reason::Forbidden,
            Self::Approval => Reason::Approval,
            Self::Rate(_) | Self::TooManyFailed(_) => Reason::Rate,
            Self::Audit => Reason::Audit,
            Self::Store => Reason::Store,
            Self::Unreachable => Reason::Unreachable,
            Self::Upstream | Self::Slow => Reason::Upstream,
            Self::NotFound => Reason::NotFound,
            Self::Notes
            | Self::Method(_)
            | Self::TooLarge
            | Self::Timeout
            | Self::Issuer
            | Self::Malformed(_)
            | Self::Elsewhere => Reason::Refused,
        }
    }

    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::SignIn => "Your session at this server has ended: sign in again.",
            Self::Forbidden => "You may read here, and not cancel.",
            Self::Approval => "A second operator has to approve this first. Nothing was sent.",
            Self::Notes => {
                "Each cancel of this connection has to say why: start a run at this server. Nothing was sent."
            }
            Self::Rate(_) => "The budget of requests of this connection is used up for now.",
            Self::TooManyFailed(_) => {
                "Too many sign-ins from your address failed. Wait a minute, and try again."
            }
            Self::Audit => "The audit cannot be written, so nothing was sent.",
            Self::Store => {
                "The server's store cannot be used now. What was asked may have been taken in: ask again."
            }
            Self::Issuer => "The sign-in service cannot be asked just now. Try again later.",
            Self::Unreachable => "The vendor cannot be reached from this server. Nothing was sent.",
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

    /// Returns the response in the form of `provider`'s errors.
    pub(crate) fn response_of(self, provider: Provider) -> Response {
        match served(provider) {
            Ok(served) => self.with_body((served.error_body)(self.status().as_u16(), self.words())),
            Err(_) => self.into_response(),
        }
    }

    /// Returns the response for a person who reads it in a browser.
    pub(crate) fn page(self) -> Response {
        self.with_reason(plain(self.status(), self.words()))
    }

    fn with_body(self, body: Vec<u8>) -> Response {
        self.with_reason(json_bytes(self.status(), body))
    }

    fn with_reason(self, response: Response) -> Response {
        let mut response = for_reason(self.reason(), response);
        let headers = response.headers_mut();
        if let Self::Rate(wait) | Self::TooManyFailed(wait) = self {
            let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
            headers.insert(RETRY_AFTER, HeaderValue::from(seconds.max(1)));
        }
        if let Self::Method(allowed) = self {
            headers.insert(ALLOW, HeaderValue::from_static(allowed));
        }
        response
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        self.with_body(serialized(&ErrorBody::new(self.words())))
    }
}

fn for_reason(reason: Reason, mut response: Response) -> Response {
    let reason = HeaderValue::from_static(reason.as_str());
    response.headers_mut().insert(REASON_HEADER, reason);
    response
}

/// Returns a refusal in words of its own.
pub(crate) fn refused(status: StatusCode, why: &str) -> Response {
    for_reason(Reason::Refused, json(status, &ErrorBody::new(why)))
}

/// Returns `body` as JSON that is not cached.
pub(crate) fn json(status: StatusCode, body: &impl Serialize) -> Response {
    json_bytes(status, serialized(body))
}

fn json_bytes(status: StatusCode, body: Vec<u8>) -> Response {
    uncached(status, "application/json", body)
}

fn serialized(body: &impl Serialize) -> Vec<u8> {
    // Types of the contract always serialize: their maps have text for keys.
    serde_json::to_vec(body).unwrap_or_default()
}

/// Returns a short text that is not cached.
pub(crate) fn plain(status: StatusCode, text: impl Into<Body>) -> Response {
    uncached(status, "text/plain; charset=utf-8", text)
}

/// Returns a page that tells a browser what to do next. Its text comes from the code only.
pub(crate) fn html(page: String) -> Response {
    uncached(StatusCode::OK, "text/html; charset=utf-8", page)
}

fn uncached(status: StatusCode, media_type: &'static str, body: impl Into<Body>) -> Response {
    let headers = [(CONTENT_TYPE, media_type), (CACHE_CONTROL, "no-store")];
    (status, headers, body.into()).into_response()
}

/// Built once: each is validated byte by byte.
static ALWAYS: LazyLock<[(HeaderName, HeaderValue); EVERYWHERE.len()]> = LazyLock::new(|| {
    EVERYWHERE.map(|(name, value)| {
        (
            HeaderName::from_static(name),
            HeaderValue::from_static(value),
        )
    })
});

/// Adds the security headers that are missing. A page brings its own policy.
pub(crate) fn protect(headers: &mut HeaderMap) {
    headers.reserve(ALWAYS.len() + 1);
    headers
        .entry(CONTENT_SECURITY_POLICY)
        .or_insert(HeaderValue::from_static(NOTHING));
    for (name, value) in ALWAYS.iter() {
        headers.insert(name, value.clone());
    }
}

/// What logs and metrics may say of a request. Travels with the response to the access log.
#[derive(Clone, Debug)]
pub(crate) struct RequestLog {
    /// Which kind of request: a name from the code, never a path.
    pub(crate) route: &'static str,
    /// The connection.
    pub(crate) connection: Option<String>,
    /// Who sent it.
    pub(crate) user: Option<String>,
}

/// Returns the response with what the access log says of its route.
pub(crate) fn logged(route: &'static str, response: impl IntoResponse) -> Response {
    let log = RequestLog {
        route,
        connection: None,
        user: None,
    };
    (Extension(log), response).into_response()
}
