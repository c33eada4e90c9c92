//! `{"code","msg","requestId","data","pagination"?}`.

use http::StatusCode;
use serde_json::{Value, json};

use crate::server::reply::Reply;
use crate::world::World;

pub(super) fn ok(world: &World, data: Value) -> Reply {
    let request_id = world.request_id(&mut world.lock());
    let body = json!({"code": 0, "msg": "OK", "requestId": request_id, "data": data});
    Reply::json(StatusCode::OK, &body)
}

pub(super) fn page(world: &World, data: Value, pagination: Option<Value>) -> Reply {
    let request_id = world.request_id(&mut world.lock());
    let mut body = json!({"code": 0, "msg": "OK", "requestId": request_id, "data": data});
    if let (Some(body), Some(pagination)) = (body.as_object_mut(), pagination) {
        body.insert("pagination".to_owned(), pagination);
    }
    Reply::json(StatusCode::OK, &body)
}

/// Business errors come with HTTP 200 (inferred).
pub(super) fn error(world: &World, code: i64, msg: &str) -> Reply {
    let request_id = world.request_id(&mut world.lock());
    let body = json!({"code": code, "msg": msg, "requestId": request_id, "data": null});
    Reply::json(StatusCode::OK, &body)
}
