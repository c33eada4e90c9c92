//! An answer before it is sent.

use axum::body::Body;
use http::header::{CONTENT_TYPE, RETRY_AFTER};
use http::{HeaderValue, Response, StatusCode};
use serde::Serialize;

#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    /// Empty where the answer has no body.
    pub(crate) body: Vec<u8>,
    /// In seconds.
    pub(crate) retry_after: Option<i64>,
}

impl Reply {
    pub(crate) fn json(status: StatusCode, body: &impl Serialize) -> Self {
        // What the simulator answers always has a text: its keys are strings.
        Self {
            status,
            body: serde_json::to_vec(body).unwrap_or_default(),
            retry_after: None,
        }
    }

    pub(crate) fn empty(status: StatusCode) -> Self {
        Self {
            status,
            body: Vec::new(),
            retry_after: None,
        }
    }

    pub(crate) fn into_response(self) -> Response<Body> {
        let json = !self.body.is_empty();
        let mut response = Response::new(Body::from(self.body));
        *response.status_mut() = self.status;
        if json {
            let value = HeaderValue::from_static("application/json; charset=utf-8");
            response.headers_mut().insert(CONTENT_TYPE, value);
        }
        if let Some(seconds) = self.retry_after {
            response.headers_mut().insert(RETRY_AFTER, seconds.into());
        }
        response
    }
}
