//! Classifies answers and errors.

use std::time::Duration;

use bytes::Bytes;
use countermand_core_model::{ProviderDetail, Timestamp};
use countermand_transport::{ApiError, ApiErrorKind, PAGE_INSTEAD, retry_after};
use http::{HeaderMap, Response, StatusCode, header};
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::{
    Code,
    wire::envelope::{AnyEnvelope, Envelope, word_of_headers},
};

const REDIRECT: &str = "redirect to another place, not followed";
const WRONG_ROUTE: &str = "the provider knows no such route: check the base URL";
const NOT_THE_API: &str = "HTTP 404 without the provider's JSON: check the base URL";
const NO_MESSAGE: &str = "the answer has no message of the provider's";

/// A good answer.
#[derive(Debug)]
pub(crate) struct Good<'a> {
    /// The envelope; none where there is no body, or it is `null`.
    pub(crate) envelope: Option<AnyEnvelope<'a>>,
    /// The whole body.
    pub(crate) body: Option<&'a RawValue>,
}

/// Classifies an answer.
///
/// # Errors
/// When the status is not HTTP 2xx, the answer says that it failed, or it is not the provider's JSON.
pub(crate) fn good(response: &Response<Bytes>) -> Result<Good<'_>, ApiError> {
    let status = response.status();
    if status.is_redirection() {
        return Err(unreadable(response, REDIRECT));
    }
    if status.is_client_error() || status.is_server_error() {
        return Err(refusal(response));
    }
    if !status.is_success() {
        return Err(unreadable(response, "an unexpected HTTP status"));
    }
    let body = match text(response) {
        Ok("") => None,
        Ok(text) => match serde_json::from_str::<&RawValue>(text) {
            Ok(raw) if raw.get() == "null" => None,
            Ok(raw) => Some(raw),
            Err(_) if text.starts_with('<') => return Err(unreadable(response, PAGE_INSTEAD)),
            Err(_) => {
                return Err(unreadable(
                    response,
                    "the body is not JSON, or not all of it",
                ));
            }
        },
        Err(finding) => return Err(unreadable(response, finding)),
    };
    let Some(raw) = body else {
        return Ok(Good {
            envelope: None,
            body: None,
        });
    };
    let Some(envelope) = envelope(raw.get()) else {
        return Err(unreadable(
            response,
            "the body is JSON, but not in the provider's envelope",
        ));
    };
    if envelope.is_error() {
        return Err(refusal_in_a_good_status(response, &envelope));
    }
    Ok(Good {
        envelope: Some(envelope),
        body: Some(raw),
    })
}

/// The data of a good answer, for a call that needs them.
///
/// # Errors
/// As [`good`], and where there are no data.
pub(crate) fn data(response: &Response<Bytes>) -> Result<&RawValue, ApiError> {
    good(response)?
        .envelope
        .and_then(|envelope| envelope.data)
        .ok_or_else(|| unreadable(response, "the answer has no data"))
}

/// The error of an answer that is not from the provider's API. `finding` never holds the body's text.
pub(crate) fn unreadable(response: &Response<Bytes>, finding: &'static str) -> ApiError {
    let word = word_of_headers(response.headers());
    ApiError::answered(ApiErrorKind::Unreadable, response.status(), word).with_finding(finding)
}

/// The body as text, without a byte order mark and surrounding white space.
pub(crate) fn text(response: &Response<Bytes>) -> Result<&str, &'static str> {
    let text = std::str::from_utf8(response.body()).map_err(|_| "the body is not UTF-8 text")?;
    Ok(text.strip_prefix('\u{feff}').unwrap_or(text).trim())
}

/// The envelope in a text; none where it has another form.
pub(crate) fn envelope<'a, D: Deserialize<'a>>(text: &'a str) -> Option<Envelope<D>> {
    // A struct would be read from an array as well.
    text.starts_with('{')
        .then(|| serde_json::from_str(text).ok())
        .flatten()
}

/// The error of an answer with HTTP 4xx or 5xx.
fn refusal(response: &Response<Bytes>) -> ApiError {
    let envelope = text(response).ok().and_then(envelope::<&RawValue>);
    let is_providers = envelope.as_ref().is_some_and(Envelope::is_providers_error);
    let word = envelope.map_or_else(
        || word_of_headers(response.headers()),
        |envelope| envelope.word(response.headers()),
    );
    let status = response.status();
    let kind = match status {
        StatusCode::UNAUTHORIZED => ApiErrorKind::Unauthorized,
        StatusCode::FORBIDDEN if is_providers => ApiErrorKind::Denied,
        StatusCode::FORBIDDEN => ApiErrorKind::Forbidden,
        StatusCode::NOT_FOUND if !is_providers => return unreadable(response, NOT_THE_API),
        StatusCode::NOT_FOUND => not_found(&word),
        status => ApiErrorKind::of_status(status).unwrap_or(ApiErrorKind::Rejected),
    };
    refused(kind, response, word)
}

/// The error of an answer with HTTP 2xx that says that it failed.
fn refusal_in_a_good_status(response: &Response<Bytes>, envelope: &AnyEnvelope<'_>) -> ApiError {
    let word = envelope.word(response.headers());
    let kind = match word.code.as_ref().map(Code::from) {
        Some(Code::AuthTokenMissing | Code::InvalidToken | Code::TokenExpired) => {
            ApiErrorKind::Unauthorized
        }
        Some(Code::Forbidden) => ApiErrorKind::Denied,
        Some(Code::EntityNotFound) => ApiErrorKind::NotFound,
        Some(Code::InternalError) => ApiErrorKind::Server,
        _ => ApiErrorKind::Rejected,
    };
    refused(kind, response, word)
}

/// An unknown route says nothing about the command.
fn not_found(word: &ProviderDetail) -> ApiErrorKind {
    match word.code.as_ref().map(Code::from) {
        Some(Code::RouteNotFound) => ApiErrorKind::Rejected,
        _ => ApiErrorKind::NotFound,
    }
}

fn refused(kind: ApiErrorKind, response: &Response<Bytes>, word: ProviderDetail) -> ApiError {
    let finding = if word.code.as_ref().map(Code::from) == Some(Code::RouteNotFound) {
        Some(WRONG_ROUTE)
    } else if word.message.is_none() {
        Some(NO_MESSAGE)
    } else {
        None
    };
    let error = ApiError::answered(kind, response.status(), word)
        .with_retry_after(wait(response.headers()));
    match finding {
        Some(finding) => error.with_finding(finding),
        None => error,
    }
}

/// The wait that the provider asks for. A decoder has no clock: a date counts from the answer's own.
fn wait(headers: &HeaderMap) -> Option<Duration> {
    let epoch = Timestamp::from_millis(0)?;
    let wish = headers.get(header::RETRY_AFTER)?;
    if wish.as_bytes().trim_ascii().iter().all(u8::is_ascii_digit) {
        return retry_after(headers, epoch);
    }
    let date = HeaderMap::from_iter([(header::RETRY_AFTER, headers.get(header::DATE)?.clone())]);
    let since_epoch = retry_after(&date, epoch)?;
    let now = Timestamp::from_millis(i64::try_from(since_epoch.as_millis()).ok()?)?;
    retry_after(headers, now)
}
