//! What a fault does to an answer.

use axum::body::{Body, Bytes};
use futures_util::{StreamExt, stream};
use http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use http::{HeaderValue, Response, StatusCode};

use crate::faults::FaultKind;
use crate::fleet::Provider;
use crate::server::reply::Reply;

/// The answer after the fault.
pub(crate) enum Corrupted {
    Answer(Response<Body>),
    /// The connection is closed without an answer.
    Nothing,
}

/// Applies a fault to an answer.
pub(crate) fn corrupt(reply: Reply, fault: Option<&FaultKind>, provider: Provider) -> Corrupted {
    Corrupted::Answer(match fault {
        Some(FaultKind::LostBefore | FaultKind::LostAfter) => return Corrupted::Nothing,
        Some(FaultKind::Truncated) => truncated(reply),
        Some(FaultKind::Html) => html(),
        Some(FaultKind::Http {
            status,
            retry_after,
            body,
            content_type,
            ..
        }) => {
            let status = StatusCode::from_u16(*status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            let body = body.clone().unwrap_or_else(|| error_body(status, provider));
            let content_type = content_type.as_deref().unwrap_or("application/json");
            let mut response = Response::new(Body::from(body));
            *response.status_mut() = status;
            let headers = response.headers_mut();
            if let Ok(value) = HeaderValue::from_str(content_type) {
                headers.insert(CONTENT_TYPE, value);
            }
            if let Some(Ok(value)) = retry_after.as_deref().map(HeaderValue::from_str) {
                headers.insert(http::header::RETRY_AFTER, value);
            }
            response
        }
        _ => reply.into_response(),
    })
}

/// Announces the whole body, sends half of it and breaks off.
fn truncated(reply: Reply) -> Response<Body> {
    let whole = reply.body.len().max(2);
    let half = Bytes::copy_from_slice(reply.body.get(..reply.body.len() / 2).unwrap_or_default());
    let (mut parts, _) = reply.into_response().into_parts();
    parts
        .headers
        .insert(CONTENT_LENGTH, HeaderValue::from(whole));
    let breaks_off = async {
        // The first half has to be on its way before the connection breaks.
        tokio::task::yield_now().await;
        Err(std::io::Error::from(std::io::ErrorKind::ConnectionReset))
    };
    let chunks = stream::once(async { Ok(half) }).chain(stream::once(breaks_off));
    Response::from_parts(parts, Body::from_stream(chunks))
}

fn html() -> Response<Body> {
    let page = "<!DOCTYPE html><html><head><title>Sign in</title></head>\
                <body><h1>Sign in to the guest network</h1></body></html>";
    let mut response = Response::new(Body::from(page));
    let value = HeaderValue::from_static("text/html; charset=utf-8");
    response.headers_mut().insert(CONTENT_TYPE, value);
    response
}

/// The provider's own shape of an error, with the code it has for that status where one is known.
fn error_body(status: StatusCode, provider: Provider) -> String {
    let (code, gateway) = match status.as_u16() {
        401 => (4004, "Invalid authentication credentials"),
        403 => (4003, "Your IP address is not allowed"),
        404 => (3001, "Not Found"),
        429 => (1000, "API rate limit exceeded"),
        _ => (1000, status.canonical_reason().unwrap_or("Error")),
    };
    let message = match code {
        4004 => "Invalid Token",
        4003 => "Forbidden",
        3001 => "Entity not found",
        _ => gateway,
    };
    match provider {
        Provider::Applivery => serde_json::json!({
            "status": false, "error": {"code": code, "message": message}
        }),
        Provider::Enos => serde_json::json!({"message": gateway}),
    }
    .to_string()
}
