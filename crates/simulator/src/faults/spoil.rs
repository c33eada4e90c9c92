//! What happens to an answer on its way out.

use axum::body::{Body, Bytes};
use futures_util::stream;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use http::{HeaderValue, Response, StatusCode};

use crate::faults::FaultKind;
use crate::fleet::Vendor;
use crate::server::reply::Reply;

/// What leaves the simulator.
pub(crate) enum Spoiled {
    Answer(Response<Body>),
    /// The connection is closed without an answer.
    Nothing,
}

/// Does to an answer what the fault says; `None` leaves it as it is.
pub(crate) fn spoil(reply: Reply, fault: Option<&FaultKind>, vendor: Vendor) -> Spoiled {
    Spoiled::Answer(match fault {
        Some(FaultKind::LostBefore | FaultKind::LostAfter) => return Spoiled::Nothing,
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
            let body = body.clone().unwrap_or_else(|| error_body(status, vendor));
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
    let chunks = [
        Ok(half),
        Err(std::io::Error::from(std::io::ErrorKind::ConnectionReset)),
    ];
    Response::from_parts(parts, Body::from_stream(stream::iter(chunks)))
}

fn html() -> Response<Body> {
    let page = "<!DOCTYPE html><html><head><title>Sign in</title></head>\
                <body><h1>Sign in to the guest network</h1></body></html>";
    let mut response = Response::new(Body::from(page));
    let value = HeaderValue::from_static("text/html; charset=utf-8");
    response.headers_mut().insert(CONTENT_TYPE, value);
    response
}

fn error_body(status: StatusCode, vendor: Vendor) -> String {
    let message = match status.as_u16() {
        429 => "API rate limit exceeded",
        _ => status.canonical_reason().unwrap_or("Error"),
    };
    match vendor {
        // The code beside a 429 is not documented; 1000 is the vendor's internal error.
        Vendor::Applivery => serde_json::json!({
            "status": false, "error": {"code": 1000, "message": message}
        }),
        Vendor::Enos => serde_json::json!({"message": message}),
    }
    .to_string()
}
