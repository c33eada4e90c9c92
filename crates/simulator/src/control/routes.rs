//! The control address over HTTP.

use std::sync::Arc;

use axum::extract::rejection::JsonRejection;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::control::actions::ControlError;
use crate::control::orders::{AddCommands, FillFleet, Incident, SetState};
use crate::faults::Fault;
use crate::world::World;

type Shared = State<Arc<World>>;
type Body<T> = Result<Json<T>, JsonRejection>;

pub(crate) fn router(world: Arc<World>) -> Router {
    Router::new()
        .route("/clock", get(clock))
        .route("/clock/advance", post(advance))
        .route("/commands", post(add_commands))
        .route("/commands/state", post(set_state))
        .route("/devices/online", post(set_online))
        .route("/fleet", post(fill_fleet))
        .route("/incident", post(incident))
        .route("/tokens/expire", post(expire_tokens))
        .route("/options", get(options).patch(patch_options))
        .route("/faults", get(faults).post(add_faults).delete(clear_faults))
        .route("/ledger", get(ledger))
        .fallback(async || refused(StatusCode::NOT_FOUND, "there is no such control"))
        .with_state(world)
}

fn refused(status: StatusCode, error: &str) -> Response {
    (status, Json(json!({"error": error}))).into_response()
}

/// Answers with the result or the error.
fn answered<T: Serialize>(result: Result<T, ControlError>) -> Response {
    match result {
        Ok(done) => Json(done).into_response(),
        Err(error) => refused(StatusCode::BAD_REQUEST, &error.to_string()),
    }
}

/// Calls `act` with the body, if it could be read.
fn with_body<T, D: Serialize>(
    body: Body<T>,
    act: impl FnOnce(T) -> Result<D, ControlError>,
) -> Response {
    match body {
        Ok(Json(body)) => answered(act(body)),
        Err(rejection) => refused(StatusCode::BAD_REQUEST, &rejection.body_text()),
    }
}

async fn clock(State(world): Shared) -> Response {
    Json(json!({"now_ms": world.clock.now_ms(), "manual": world.clock.is_manual()})).into_response()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Advance {
    ms: u32,
}

async fn advance(State(world): Shared, body: Body<Advance>) -> Response {
    with_body(body, |advance| {
        Ok(json!({"now_ms": world.clock.advance(advance.ms)}))
    })
}

async fn add_commands(State(world): Shared, body: Body<AddCommands>) -> Response {
    with_body(body, |order| {
        Ok(json!({"commands": world.add_commands(&order)?}))
    })
}

async fn set_state(State(world): Shared, body: Body<SetState>) -> Response {
    with_body(body, |order| {
        world.set_state(&order)?;
        Ok(json!({}))
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Online {
    device: String,
    online: Option<bool>,
}

async fn set_online(State(world): Shared, body: Body<Online>) -> Response {
    with_body(body, |order| {
        world.set_online(&order.device, order.online)?;
        Ok(json!({}))
    })
}

async fn fill_fleet(State(world): Shared, body: Body<FillFleet>) -> Response {
    with_body(body, |order| world.fill_fleet(&order))
}

async fn incident(State(world): Shared, body: Body<Incident>) -> Response {
    with_body(body, |order| world.incident(&order))
}

async fn expire_tokens(State(world): Shared) -> Response {
    world.lock().tokens.expire_all();
    Json(json!({})).into_response()
}

async fn options(State(world): Shared) -> Response {
    let options = world.lock().options.clone();
    Json(options).into_response()
}

async fn patch_options(State(world): Shared, body: Body<Map<String, Value>>) -> Response {
    with_body(body, |patch| world.patch_options(patch))
}

/// One rule or a list of rules.
#[derive(Deserialize)]
#[serde(untagged)]
enum Faults {
    Many(Vec<Value>),
    One(Value),
}

async fn faults(State(world): Shared) -> Response {
    Json(json!({"faults": world.faults()})).into_response()
}

async fn add_faults(State(world): Shared, body: Body<Faults>) -> Response {
    with_body(body, |faults| {
        let many = match faults {
            Faults::Many(many) => many,
            Faults::One(one) => vec![one],
        };
        for fault in many {
            let fault: Fault = serde_json::from_value(fault)
                .map_err(|error| ControlError::new(error.to_string()))?;
            world.add_fault(fault)?;
        }
        Ok(json!({"faults": world.faults()}))
    })
}

async fn clear_faults(State(world): Shared) -> Response {
    world.lock().rules.clear();
    Json(json!({"faults": []})).into_response()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Which {
    device: Option<String>,
    #[serde(default)]
    touched: bool,
}

async fn ledger(State(world): Shared, Query(which): Query<Which>) -> Response {
    let device = which
        .device
        .map(|device| world.resolve(&device))
        .transpose();
    answered(device.map(|device| world.ledger(device, which.touched)))
}
