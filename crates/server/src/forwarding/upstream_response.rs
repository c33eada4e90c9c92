//! A provider's response: classified for the audit, and reduced for the page.

use axum::{body::Body, response::Response};
use bytes::Bytes;
use countermand_core_model::ProviderDetail;
use countermand_transport::{ApiError, CancelEffect, Delivery, TransportError, TransportErrorKind};
use http::{
    HeaderValue, StatusCode,
    header::{CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER},
};

use crate::{audit::CancelResponse, provider::Call, response::Refusal};

/// Classifies the response to a cancel for the audit.
pub(super) fn classify(
    call: &Call,
    answer: &Result<http::Response<Bytes>, TransportError>,
) -> (CancelResponse, Option<u16>, ProviderDetail) {
    let said = |message: String| ProviderDetail {
        message: Some(message),
        ..ProviderDetail::default()
    };
    match answer {
        Err(error) => {
            let what = match error.delivery() {
                Delivery::NotSent => CancelResponse::NotSent,
                Delivery::MayHaveBeenSent | Delivery::Answered => CancelResponse::Lost,
            };
            (what, None, said(error.to_string()))
        }
        Ok(answer) => {
            let status = Some(answer.status().as_u16());
            match call.decode_cancel(answer) {
                Ok(word) => (CancelResponse::Taken, status, word),
                Err(error) => (meaning(&error), status, word_of(&error)),
            }
        }
    }
}

fn meaning(error: &ApiError) -> CancelResponse {
    match error.cancel_effect() {
        CancelEffect::NotSent => CancelResponse::NotSent,
        CancelEffect::Refused => CancelResponse::Refused,
        CancelEffect::Unknown => CancelResponse::Lost,
    }
}

fn word_of(error: &ApiError) -> ProviderDetail {
    let mut word = error.word().clone();
    word.message.get_or_insert_with(|| error.to_string());
    word
}

/// Returns the refusal where no response came.
pub(super) fn transport_refusal(error: &TransportError) -> Refusal {
    match (error.delivery(), error.kind()) {
        (Delivery::NotSent, _) => Refusal::Unreachable,
        (_, TransportErrorKind::Timeout) => Refusal::Slow,
        _ => Refusal::Upstream,
    }
}

/// Returns the response for the page: status, body with its type, and `Retry-After`. No cookie, no other header and no
/// redirect comes through.
pub(super) fn client_response(answer: http::Response<Bytes>) -> Result<Response, Refusal> {
    let status = answer.status();
    if status.is_redirection() || status == StatusCode::SWITCHING_PROTOCOLS {
        return Err(Refusal::Upstream);
    }
    let is_json = answer
        .headers()
        .get(CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok())
        .is_some_and(|kind| {
            let kind = kind.split(';').next().unwrap_or_default().trim();
            kind.eq_ignore_ascii_case("application/json")
        });
    let retry_after = answer
        .headers()
        .get(RETRY_AFTER)
        .filter(|value| {
            value
                .as_bytes()
                .iter()
                .all(|b| b.is_ascii_graphic() || *b == b' ')
        })
        .cloned();
    let mut response = Response::new(Body::from(answer.into_body()));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(
        CONTENT_TYPE,
        HeaderValue::from_static(match is_json {
            true => "application/json",
            false => "text/plain; charset=utf-8",
        }),
    );
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Some(value) = retry_after {
        headers.insert(RETRY_AFTER, value);
    }
    Ok(response)
}
