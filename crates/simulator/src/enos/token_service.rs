//! `POST /apim-token-service/v2.0/token/get` and `/refresh`.

use http::StatusCode;
use serde_json::{Map, Value, json};

use crate::enos::signature;
use crate::server::call::Call;
use crate::server::operation::Operation;
use crate::server::reply::Reply;
use crate::server::request::Request;
use crate::world::World;

pub(super) fn answer(call: Call<'_>) -> Result<Reply, Reply> {
    issued(call.world, call.request).map_err(|(code, msg)| {
        let body =
            json!({"status": code, "msg": msg, "business": "apim-token-service", "data": null});
        Reply::json(StatusCode::OK, &body)
    })
}

fn issued(world: &World, request: &Request) -> Result<Reply, (u32, &'static str)> {
    let body: Map<String, Value> = serde_json::from_slice(&request.body)
        .map_err(|_| (1004, "the body is not a JSON object"))?;
    let app_key = text(&body, "appKey")?;
    let encryption = text(&body, "encryption")?;
    let timestamp = text(&body, "timestamp")?;
    let refreshed = match request.operation {
        Operation::EnosTokenRefresh => Some(text(&body, "accessToken")?),
        _ => None,
    };
    let sent_ms: i64 = timestamp
        .parse()
        .map_err(|_| (1004, "timestamp is not a number"))?;
    let now_ms = world.clock.now_ms();
    let mut state = world.lock();
    let window = state.options.enos_clock_window_ms;
    if window.is_some_and(|window| sent_ms.abs_diff(now_ms) > u64::from(window)) {
        return Err((1004, "timestamp is too far from the server's clock"));
    }
    let identity = &world.identity;
    if app_key != identity.app_key() {
        return Err((1002, "appKey does not exist"));
    }
    if encryption != signature::encryption(&app_key, &timestamp, &identity.app_secret()) {
        return Err((1003, "encryption is wrong"));
    }
    if !state.tokens.is_new_encryption(&encryption) {
        return Err((1001, "duplicated encryption"));
    }
    let (ttl_s, grace_s) = (
        state.options.enos_token_ttl_s,
        state.options.enos_token_grace_s,
    );
    let issued = match refreshed {
        None => state.tokens.get(identity, now_ms, ttl_s),
        Some(token) => state
            .tokens
            .refresh(identity, &token, now_ms, ttl_s, grace_s)
            .ok_or((1204, "refresh failed: this is not the current token"))?,
    };
    Ok(Reply::json(
        StatusCode::OK,
        &json!({
            "status": 0, "msg": "SUCCESS", "business": "apim-token-service",
            "data": {"accessToken": issued.token, "expire": issued.expire_s}
        }),
    ))
}

/// A field as text; the timestamp may be a number as well as a string.
fn text(body: &Map<String, Value>, name: &str) -> Result<String, (u32, &'static str)> {
    match body.get(name) {
        Some(Value::String(text)) if !text.trim().is_empty() => Ok(text.clone()),
        Some(Value::Number(number)) if name == "timestamp" => Ok(number.to_string()),
        None | Some(Value::Null | Value::String(_)) => Err((1202, "a parameter is empty")),
        Some(_) => Err((1004, "a parameter is invalid")),
    }
}
