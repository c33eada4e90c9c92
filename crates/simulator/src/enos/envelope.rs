//! `{"code","msg","requestId","data","pagination"?}`, and the gateway's refusals.

use http::StatusCode;
use serde::Serialize;
use serde_json::{Value, json};

use crate::options::TokenErrorField;
use crate::server::reply::Reply;
use crate::world::World;

#[derive(Debug, Serialize)]
struct Envelope<'a, T> {
    code: i64,
    msg: &'a str,
    #[serde(rename = "requestId")]
    request_id: String,
    data: T,
    #[serde(skip_serializing_if = "Option::is_none")]
    pagination: Option<Value>,
}

pub(super) fn ok(world: &World, data: impl Serialize) -> Reply {
    page(world, data, None)
}

pub(super) fn page(world: &World, data: impl Serialize, pagination: Option<Value>) -> Reply {
    let body = Envelope {
        code: 0,
        msg: "OK",
        request_id: world.request_id(),
        data,
        pagination,
    };
    Reply::json(StatusCode::OK, &body)
}

/// Business errors come with HTTP 200 (inferred).
pub(super) fn error(world: &World, code: i64, msg: &str) -> Reply {
    let body = Envelope {
        code,
        msg,
        request_id: world.request_id(),
        data: Value::Null,
        pagination: None,
    };
    Reply::json(StatusCode::OK, &body)
}

pub(super) fn invalid(world: &World, field: &str, value: Value) -> Reply {
    error(
        world,
        99_400,
        &format!("Invalid parameter: {field} = {value}"),
    )
}

pub(super) fn no_permission(world: &World) -> Reply {
    error(world, 99_403, "No permission for this organization")
}

pub(super) fn does_not_exist(world: &World, what: &str) -> Reply {
    error(world, 99_404, &format!("{what} does not exist"))
}

/// The gateway's own answer to a path it does not know (inferred).
pub(super) fn no_route() -> Reply {
    Reply::json(
        StatusCode::NOT_FOUND,
        &json!({"message": "no Route matched with those values"}),
    )
}

/// The gateway's own answer to a call without a token (inferred).
pub(super) fn no_credentials() -> Reply {
    let body = json!({"message": "Invalid authentication credentials"});
    Reply::json(StatusCode::UNAUTHORIZED, &body)
}

/// A token or signature that is not taken. How an ordinary call reports one is not documented, so
/// the field and the HTTP status can be chosen.
pub(super) fn token(world: &World, code: u32, msg: &str) -> Reply {
    let request_id = world.request_id();
    let (status, field) = {
        let options = &world.lock().options;
        (
            options.enos_token_error_http,
            options.enos_token_error_field,
        )
    };
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::OK);
    let field = match field {
        TokenErrorField::Code => "code",
        TokenErrorField::Status => "status",
    };
    Reply::json(
        status,
        &json!({field: code, "msg": msg, "requestId": request_id, "data": null}),
    )
}
