//! The provider's codes and the gateway's statuses as errors.

use std::time::Duration;

use bytes::Bytes;
use countermand_core_model::{ProviderCode, ProviderDetail, Timestamp};
use countermand_transport::{ApiError, ApiErrorKind, PAGE_INSTEAD};
use http::{HeaderValue, Response, StatusCode, header::RETRY_AFTER};

/// The codes that the provider documents.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Code {
    /// 1001: the same request came before; every attempt needs a timestamp and signature of its own.
    Repeated,
    /// 1002: the app key is not known.
    UnknownAppKey,
    /// 1003: the proof of the app secret is wrong.
    WrongEncryption,
    /// 1004: a parameter of the authentication is invalid.
    InvalidAuthentication,
    /// 1005: the token service failed inside.
    TokenServiceFailed,
    /// 1202: a parameter of the authentication is empty.
    EmptyAuthentication,
    /// 1203: the access token has expired.
    TokenExpired,
    /// 1204: the access token could not be refreshed.
    RefreshFailed,
    /// 401, 498, 4011, 4012: the gateway does not accept the access token, or no longer.
    TokenRefused,
    /// 497: the gateway does not accept the timestamp or the signature.
    SignatureRefused,
    /// 429: too many requests.
    TooManyRequests,
    /// 99400: a parameter is invalid.
    InvalidParameter,
    /// 99403: no permission for this target.
    NoPermission,
    /// 99404: there is no such thing.
    DoesNotExist,
    /// 99500: the service failed inside.
    Internal,
    /// Any other: the set is open.
    Other,
}

impl Code {
    /// The code of an error, where it has one.
    pub fn of(error: &ApiError) -> Option<Self> {
        error.word().code.as_ref().map(Self::from)
    }

    /// Returns whether it is about the token or the signature, so that the call itself was not executed.
    fn refuses_authentication(self) -> bool {
        matches!(
            self,
            Self::Repeated
                | Self::UnknownAppKey
                | Self::WrongEncryption
                | Self::InvalidAuthentication
                | Self::EmptyAuthentication
                | Self::TokenExpired
                | Self::RefreshFailed
                | Self::TokenRefused
                | Self::SignatureRefused
        )
    }
}

/// What a gateway does not accept. The call itself was surely not executed and can be repeated, even a cancel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// The access token: renew it, and repeat.
    Token,
    /// The timestamp or the signature: sign anew, and repeat.
    Signature,
}

impl Refusal {
    /// The refusal for a code in a body.
    pub(crate) fn of_code(code: Code) -> Option<Self> {
        match code {
            Code::TokenExpired | Code::TokenRefused => Some(Self::Token),
            Code::Repeated | Code::SignatureRefused => Some(Self::Signature),
            _ => None,
        }
    }

    /// The refusal for an HTTP status, whatever the body says: a gateway's words for an expired token are not
    /// documented.
    pub(crate) fn of_status(status: StatusCode) -> Option<Self> {
        match status.as_u16() {
            401 | 498 => Some(Self::Token),
            497 => Some(Self::Signature),
            _ => None,
        }
    }
}

impl From<&ProviderCode> for Code {
    fn from(code: &ProviderCode) -> Self {
        match code.number() {
            Some(1001) => Self::Repeated,
            Some(1002) => Self::UnknownAppKey,
            Some(1003) => Self::WrongEncryption,
            Some(1004) => Self::InvalidAuthentication,
            Some(1005) => Self::TokenServiceFailed,
            Some(1202) => Self::EmptyAuthentication,
            Some(1203) => Self::TokenExpired,
            Some(1204) => Self::RefreshFailed,
            Some(401 | 498 | 4011 | 4012) => Self::TokenRefused,
            Some(497) => Self::SignatureRefused,
            Some(429) => Self::TooManyRequests,
            Some(99400) => Self::InvalidParameter,
            Some(99403) => Self::NoPermission,
            Some(99404) => Self::DoesNotExist,
            Some(99500) => Self::Internal,
            _ => Self::Other,
        }
    }
}

/// The error of a call that was held back because the token service refused.
pub(crate) fn token_refused(response: &Response<Bytes>, word: ProviderDetail) -> ApiError {
    let status = response.status();
    let code = word.code.as_ref().map(Code::from);
    let kind = match (code, status) {
        (_, StatusCode::TOO_MANY_REQUESTS) | (Some(Code::TooManyRequests), _) => {
            ApiErrorKind::Unavailable
        }
        (Some(code), _) if code.refuses_authentication() => ApiErrorKind::Unauthorized,
        (Some(Code::TokenServiceFailed), _) => ApiErrorKind::Unavailable,
        (_, status) if status.is_server_error() => ApiErrorKind::Unavailable,
        (None, status) if Refusal::of_status(status).is_some() => ApiErrorKind::Unauthorized,
        (None, StatusCode::FORBIDDEN) => ApiErrorKind::Forbidden,
        (None, _) => ApiErrorKind::Unavailable,
        // "OK" without a token.
        (Some(_), _) if word.code.as_ref().and_then(ProviderCode::number) == Some(0) => {
            ApiErrorKind::Unavailable
        }
        // Any other refusal by the token service holds for every call of this connection.
        (Some(_), _) => ApiErrorKind::Unauthorized,
    };
    let why = match kind {
        ApiErrorKind::Unauthorized => "check app key, app secret and the clock",
        ApiErrorKind::Forbidden => "the gateway refuses this client",
        ApiErrorKind::Unavailable if is_page(response) => PAGE_INSTEAD,
        _ if status == StatusCode::NOT_FOUND => {
            "there is no token service at this address, check the base URL"
        }
        _ => "the token service gave no usable answer",
    };
    ApiError::answered(kind, status, word)
        .with_finding(format!("no access token could be got: {why}"))
        .with_retry_after(retry_after(response))
}

/// Returns whether it is a page of HTML instead of an answer of the API.
pub(crate) fn is_page(response: &Response<Bytes>) -> bool {
    response.body().trim_ascii_start().starts_with(b"<")
}

/// The error of an answer with a code that is not 0.
pub(crate) fn refused(response: &Response<Bytes>, word: ProviderDetail) -> ApiError {
    let status = response.status();
    let code = word.code.as_ref().map_or(Code::Other, Code::from);
    let kind = match (code, status) {
        (code, _) if code.refuses_authentication() => ApiErrorKind::Unauthorized,
        (Code::InvalidParameter, _) => ApiErrorKind::Rejected,
        (Code::NoPermission, _) => ApiErrorKind::Denied,
        (Code::DoesNotExist, _) => ApiErrorKind::NotFound,
        (Code::Internal | Code::TokenServiceFailed, _) => ApiErrorKind::Server,
        (Code::TooManyRequests, _) => ApiErrorKind::RateLimited,
        (_, status) if Refusal::of_status(status).is_some() => ApiErrorKind::Unauthorized,
        _ => ApiErrorKind::of_status(status).unwrap_or(ApiErrorKind::Rejected),
    };
    ApiError::answered(kind, status, word).with_retry_after(retry_after(response))
}

/// The error of an answer by HTTP status alone, from the gateway or something before it.
pub(crate) fn gateway(response: &Response<Bytes>, word: ProviderDetail) -> ApiError {
    let status = response.status();
    let kind = match status {
        status if Refusal::of_status(status).is_some() => ApiErrorKind::Unauthorized,
        StatusCode::FORBIDDEN => ApiErrorKind::Forbidden,
        StatusCode::NOT_FOUND => {
            let finding = "nothing is known at this address: check the base URL";
            return unreadable(status, &word, finding);
        }
        status if status.is_client_error() => {
            ApiErrorKind::of_status(status).unwrap_or(ApiErrorKind::Rejected)
        }
        // Whatever is no refusal may have been executed.
        _ => ApiErrorKind::of_status(status).unwrap_or(ApiErrorKind::Server),
    };
    ApiError::answered(kind, status, word).with_retry_after(retry_after(response))
}

/// The error of an answer that cannot be read. Its code says nothing, but its request id is kept.
pub(crate) fn unreadable(status: StatusCode, word: &ProviderDetail, finding: &str) -> ApiError {
    let word = ProviderDetail {
        request_id: word.request_id.clone(),
        ..ProviderDetail::default()
    };
    ApiError::answered(ApiErrorKind::Unreadable, status, word).with_finding(finding)
}

/// The time of an answer, in its extensions: a `Retry-After` may be a date.
#[derive(Clone, Copy, Debug)]
pub(crate) struct AnsweredAt(pub(crate) Timestamp);

/// The wait that the provider asks for. A date counts only where the time of the answer is known.
fn retry_after(response: &Response<Bytes>) -> Option<Duration> {
    let headers = response.headers();
    if let Some(AnsweredAt(now)) = response.extensions().get() {
        return countermand_transport::retry_after(headers, *now);
    }
    let is_date =
        |value: &HeaderValue| !value.as_bytes().trim_ascii().iter().all(u8::is_ascii_digit);
    if headers.get(RETRY_AFTER).is_none_or(is_date) {
        return None;
    }
    countermand_transport::retry_after(headers, Timestamp::from_millis(0)?)
}
