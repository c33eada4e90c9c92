//! What every request to a vendor goes through.

use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, to_bytes};
use http::{Method, Response, StatusCode};

use crate::config::Cors;
use crate::faults::{Corrupted, FaultKind, corrupt};
use crate::fleet::Vendor;
use crate::server::cors;
use crate::server::reply::Reply;
use crate::server::request::Request;
use crate::world::World;

/// The longest body that is read; the documented ones are far shorter.
const BODY_LIMIT: usize = 1 << 20;

/// Asks the connection to close without an answer.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CloseWithoutAnswer;

/// Answers a request to one of the vendors.
pub(crate) async fn answer(world: Arc<World>, request: http::Request<Body>) -> Response<Body> {
    let cors = world.lock().options.cors;
    if request.method() == Method::OPTIONS && cors == Cors::On {
        let mut response = cors::preflight(request.headers());
        cors::allow(response.headers_mut());
        return response;
    }
    let mut response = answer_plainly(&world, request).await;
    if cors == Cors::On {
        cors::allow(response.headers_mut());
    }
    response
}

async fn answer_plainly(world: &World, request: http::Request<Body>) -> Response<Body> {
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, BODY_LIMIT).await else {
        return Reply::empty(StatusCode::PAYLOAD_TOO_LARGE).into_response();
    };
    let request = Request::new(&parts.method, &parts.uri, parts.headers, body);
    let vendor = request.operation.vendor();
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
    let reply = if untouched {
        Reply::empty(StatusCode::OK)
    } else {
        let answered = match vendor {
            Vendor::Applivery => crate::applivery::answer(world, &request, &target, fault.as_ref()),
            Vendor::Enos => crate::enos::answer(world, &request, &target, fault.as_ref()),
        };
        let mut state = world.lock();
        let refused = answered.is_err();
        state.counters.processed(request.operation, refused);
        answered.unwrap_or_else(|refusal| refusal)
    };
    if let Some(FaultKind::Slow { ms }) = fault {
        tokio::time::sleep(Duration::from_millis(u64::from(ms))).await;
    }
    match corrupt(reply, fault.as_ref(), vendor) {
        Corrupted::Answer(response) => response,
        Corrupted::Nothing => {
            let mut response = Response::new(Body::empty());
            response.extensions_mut().insert(CloseWithoutAnswer);
            response
        }
    }
}
