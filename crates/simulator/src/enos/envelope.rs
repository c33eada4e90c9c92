//! `{"code","msg","requestId","data","pagination"?}`.

use http::StatusCode;
use serde::Serialize;
use serde_json::Value;

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
