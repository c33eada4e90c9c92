//! `{"status":true,"data":...}` and `{"status":false,"error":{"code","message"}}`.

use http::StatusCode;
use serde_json::{Value, json};

use crate::server::reply::Reply;

pub(super) fn ok(data: &Value) -> Reply {
    Reply::json(StatusCode::OK, &json!({"status": true, "data": data}))
}

fn error(status: StatusCode, code: u32, message: &str) -> Reply {
    Reply::json(
        status,
        &json!({"status": false, "error": {"code": code, "message": message}}),
    )
}

pub(super) fn no_auth_token() -> Reply {
    error(StatusCode::UNAUTHORIZED, 4002, "No auth token")
}

pub(super) fn invalid_token() -> Reply {
    error(StatusCode::UNAUTHORIZED, 4004, "Invalid Token")
}

pub(super) fn token_expired() -> Reply {
    error(StatusCode::UNAUTHORIZED, 4005, "Token Expired")
}

pub(super) fn route_not_found() -> Reply {
    error(StatusCode::NOT_FOUND, 1002, "Route not found")
}

pub(super) fn entity_not_found() -> Reply {
    error(StatusCode::NOT_FOUND, 3001, "Entity not found")
}

/// `data` says where; its shape is not documented.
pub(super) fn validation(field: &str, rule: &str) -> Reply {
    Reply::json(
        StatusCode::UNPROCESSABLE_ENTITY,
        &json!({"status": false, "error": {
            "code": 3000, "message": "Validation Error", "data": [{"field": field, "message": rule}]
        }}),
    )
}

/// Neither its code nor its message is documented.
pub(crate) fn too_many_requests() -> Reply {
    error(StatusCode::TOO_MANY_REQUESTS, 4029, "Too Many Requests")
}

/// The code of the Apple sibling: Android's own is not documented.
pub(super) fn not_pending() -> Reply {
    error(
        StatusCode::BAD_REQUEST,
        5106,
        "AdmCommand not status pending or tried",
    )
}
