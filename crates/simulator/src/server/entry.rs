//! The entry of every request to a provider.

use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, to_bytes};
use http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_HEADERS,
};
use http::{HeaderMap, HeaderValue, Method, Response, StatusCode};

use crate::applivery;
use crate::config::Cors;
use crate::faults::{Corrupted, FaultKind, corrupt};
use crate::fleet::Provider;
use crate::server::call::Call;
use crate::server::reply::Reply;
use crate::server::request::Request;
use crate::world::World;

/// The longest body that is read; the documented ones are far shorter.
const BODY_LIMIT: usize = 1 << 20;

/// Asks the connection to close without an answer.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CloseWithoutAnswer;

/// Answers a request to one of the providers.
pub(crate) async fn answer(world: Arc<World>, request: http::Request<Body>) -> Response<Body> {
    let cors = world.lock().options.cors;
    if request.method() == Method::OPTIONS && cors == Cors::On {
        let mut response = preflight(request.headers());
        allow_origins(response.headers_mut());
        return response;
    }
    let mut response = answer_plainly(&world, request).await;
    if cors == Cors::On {
        allow_origins(response.headers_mut());
    }
    response
}

async fn answer_plainly(world: &World, request: http::Request<Body>) -> Response<Body> {
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, BODY_LIMIT).await else {
        return Reply::empty(StatusCode::PAYLOAD_TOO_LARGE).into_response();
    };
    let request = Request::new(&parts.method, &parts.uri, parts.headers, body);
    let provider = request.operation.provider();
    let target = request.target(&world.identity);
    let fault = {
        let mut state = world.lock();
        let fault = state.rules.meet(&target);
        state.counters.received(request.operation, fault.as_ref());
        fault
    };
    let untouched = matches!(
        fault,
        Some(
            FaultKind::LostBefore
                | FaultKind::Http {
                    processed: false,
                    ..
                }
        )
    );
    let reply = if let Some(refused) = too_many(world, provider) {
        refused
    } else if untouched {
        Reply::empty(StatusCode::OK)
    } else {
        let call = Call {
            world,
            request: &request,
            target: &target,
            fault: fault.as_ref(),
        };
        let answered = match provider {
            Provider::Applivery => crate::applivery::answer(call),
            Provider::Enos => crate::enos::answer(call),
        };
        let mut state = world.lock();
        let refused = answered.is_err();
        state.counters.processed(request.operation, refused);
        answered.unwrap_or_else(|refusal| refusal)
    };
    if let Some(FaultKind::Slow { ms }) = fault {
        tokio::time::sleep(Duration::from_millis(u64::from(ms))).await;
    }
    match corrupt(reply, fault.as_ref(), provider) {
        Corrupted::Answer(response) => response,
        Corrupted::Nothing => {
            let mut response = Response::new(Body::empty());
            response.extensions_mut().insert(CloseWithoutAnswer);
            response
        }
    }
}

/// The refusal of a request beyond Applivery's limit, if there is a limit.
fn too_many(world: &World, provider: Provider) -> Option<Reply> {
    let mut state = world.lock();
    let limit = match provider {
        Provider::Applivery => state.options.applivery_requests?,
        Provider::Enos => return None,
    };
    let wait_ms = state.meter.pass(&limit, world.clock.now_ms()).err()?;
    let mut reply = applivery::too_many_requests();
    reply.retry_after = Some((wait_ms + 999) / 1_000);
    Some(reply)
}

/// Answers a preflight for any origin.
fn preflight(asked: &HeaderMap) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::NO_CONTENT;
    let headers = response.headers_mut();
    headers.insert(
        ACCESS_CONTROL_ALLOW_METHODS,
        HeaderValue::from_static("GET, POST, OPTIONS"),
    );
    // `*` would leave out Authorization, so what is asked for is named.
    if let Some(names) = asked.get(ACCESS_CONTROL_REQUEST_HEADERS) {
        headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, names.clone());
    }
    headers.insert(ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("600"));
    response
}

fn allow_origins(headers: &mut HeaderMap) {
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert(
        ACCESS_CONTROL_EXPOSE_HEADERS,
        HeaderValue::from_static("Retry-After"),
    );
}
